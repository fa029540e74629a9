//! The language that a request asks for (`Accept-Language`, RFC 9110 section 12.5.4), among those that messages are
//! written in.

use crate::config::Language;

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 3] = [Self::English, Self::Korean, Self::Japanese];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
            Self::Japanese => "ja",
        }
    }

    /// The language of this tag, whatever its region.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The one of ours that is wished for most; none where none is, or where any would do.
    pub(crate) fn asked(accept_language: &str) -> Option<Self> {
        let mut best: Option<(Self, u16)> = None;
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let language = parts.next().and_then(Self::from_tag);
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1000), |text| thousandths(text.trim()));
            if let (Some(language), Some(weight)) = (language, weight)
                && weight > best.map_or(0, |(_, most)| most)
            {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// A weight from 0 to 1 in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.parse().ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    (0.0..=1.0).contains(&weight).then(|| (weight * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use crate::config::Language;

    #[test]
    fn the_most_wished_for_of_ours_is_taken() {
        for (asked, found) in [
            ("ko", Some(Language::Korean)),
            ("ko-KR,ko;q=0.9,en-US;q=0.8", Some(Language::Korean)),
            ("fr-FR,fr;q=0.9,ja;q=0.4,en;q=0.3", Some(Language::Japanese)),
            ("en;q=0.1, JA-jp ; q=0.2", Some(Language::Japanese)),
            ("ko;q=0, en;q=0.1", Some(Language::English)),
            ("fr, *;q=0.5", None),
            ("ko;q=2, ja;q=NaN", None),
            ("", None),
            (",;=,q=1", None),
        ] {
            assert_eq!(Language::asked(asked), found, "{asked}");
        }
    }
}
