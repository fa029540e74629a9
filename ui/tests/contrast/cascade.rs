//! The cascade of a style sheet, as far as colours need it: rules, selectors with states, specificity, media features, custom
//! properties. What it does not know (siblings, `:has`, pseudo-elements, container queries) matches nothing.

use super::selector::{Element, Selector, split};
use std::collections::{BTreeSet, HashMap};

/// What the desktop asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desktop {
    /// `prefers-color-scheme: dark`.
    pub dark: bool,
    /// `prefers-contrast: more`.
    pub contrast: bool,
}

/// Selectors with what they declare, under all of these media conditions.
#[derive(Debug)]
struct Rule {
    media: Vec<String>,
    selectors: Vec<Selector>,
    declarations: Vec<(String, String)>,
}

/// A parsed style sheet.
#[derive(Debug, Default)]
pub struct Sheet {
    rules: Vec<Rule>,
    /// Which rules declare a property.
    declaring: HashMap<String, Vec<usize>>,
}

impl Sheet {
    /// Reads one.
    pub fn parse(text: &str) -> Self {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, comment)) = rest.split_once("/*") {
            plain.push_str(before);
            rest = comment.split_once("*/").expect("a comment ends").1;
        }
        plain.push_str(rest);
        let mut sheet = Self::default();
        sheet.block(&plain, &[]);
        sheet
    }

    fn block(&mut self, mut text: &str, media: &[String]) {
        while let Some((prelude, rest)) = text.split_once('{') {
            let end = closing(rest);
            let (inside, prelude) = (&rest[..end], prelude.trim());
            text = &rest[end + 1..];
            if let Some(condition) = prelude.strip_prefix("@media") {
                let media = [media, &[condition.trim().to_owned()]].concat();
                self.block(inside, &media);
            } else if !prelude.starts_with('@') {
                let declarations = split(inside, ';').into_iter().filter_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    Some((name.trim().to_owned(), value.replace("!important", "").trim().to_owned()))
                });
                let selectors =
                    split(prelude, ',').into_iter().filter_map(|one| Selector::parse(&one)).collect();
                let declarations: Vec<_> = declarations.collect();
                for (name, _) in &declarations {
                    self.declaring.entry(name.clone()).or_default().push(self.rules.len());
                }
                self.rules.push(Rule { media: media.to_vec(), selectors, declarations });
            }
        }
    }

    /// The value that the last element of a path declares for one of these properties.
    fn declared(&self, path: &[Element], properties: &[&str], desktop: Desktop) -> Option<&str> {
        let mut best: Option<((u32, u32, u32), &str)> = None;
        let all = properties.iter().filter_map(|name| self.declaring.get(*name)).flatten();
        // in the order of the sheet, so that the last of equal weight wins
        for rule in all.collect::<BTreeSet<_>>().into_iter().map(|at| &self.rules[*at]) {
            if !rule.media.iter().all(|media| holds(media, desktop)) {
                continue;
            }
            let matching = rule.selectors.iter().filter(|selector| selector.matches(path));
            let Some(weight) = matching.map(Selector::specificity).max() else { continue };
            for (name, value) in &rule.declarations {
                if properties.contains(&name.as_str()) && best.is_none_or(|(known, _)| known <= weight) {
                    best = Some((weight, value));
                }
            }
        }
        best.map(|(_, value)| value)
    }

    /// A value with its `var()` put in.
    fn resolved(&self, path: &[Element], value: &str, desktop: Desktop) -> String {
        let Some((before, rest)) = value.split_once("var(") else { return value.trim().to_owned() };
        let end = closing_of(rest, '(', ')');
        let (name, fallback) = match rest[..end].split_once(',') {
            Some((name, fallback)) => (name.trim(), Some(fallback)),
            None => (rest[..end].trim(), None),
        };
        // custom properties are inherited
        let found = (1..=path.len()).rev().find_map(|depth| {
            let value = self.declared(&path[..depth], &[name], desktop)?;
            Some(self.resolved(&path[..depth], value, desktop))
        });
        let found = found.or_else(|| fallback.map(|value| self.resolved(path, value, desktop)));
        let found = found.unwrap_or_else(|| panic!("{name} is not declared for {path:?}"));
        self.resolved(path, &format!("{before}{found}{}", &rest[end + 1..]), desktop)
    }

    /// The colour of an element's text.
    pub fn text(&self, path: &[Element], desktop: Desktop) -> Colour {
        match self.declared(path, &["color"], desktop).map(|value| self.resolved(path, value, desktop)) {
            Some(value) if value != "inherit" => Colour::parse(&value),
            _ => self.text(&path[..path.len() - 1], desktop),
        }
    }

    /// The colour behind an element's text: its own, or what shines through from the nearest one around it.
    pub fn ground(&self, path: &[Element], desktop: Desktop) -> Colour {
        let own = self.declared(path, &["background", "background-color"], desktop);
        match own.map(|value| self.resolved(path, value, desktop)) {
            Some(value) if value != "none" && value != "transparent" => Colour::parse(&value),
            _ => self.ground(&path[..path.len() - 1], desktop),
        }
    }
}

/// Whether every feature of a media condition holds. Widths and heights are those of a large window.
fn holds(condition: &str, desktop: Desktop) -> bool {
    condition.split(" and ").all(|feature| match feature.trim() {
        "(prefers-color-scheme: dark)" => desktop.dark,
        "(prefers-contrast: more)" => desktop.contrast,
        _ => false,
    })
}

fn closing(text: &str) -> usize {
    closing_of(text, '{', '}')
}

/// Where what was opened before `text` is closed.
fn closing_of(text: &str, opening: char, closing: char) -> usize {
    let mut depth = 0;
    for (at, sign) in text.char_indices() {
        if sign == opening {
            depth += 1;
        } else if sign == closing {
            if depth == 0 {
                return at;
            }
            depth -= 1;
        }
    }
    panic!("{opening} is not closed in {text}")
}

/// An opaque colour: red, green and blue from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour([f64; 3]);

impl Colour {
    fn parse(text: &str) -> Self {
        if let Some(mix) = text.strip_prefix("color-mix(in srgb,") {
            let (first, second) = mix.trim_end_matches(')').split_once(',').expect("two colours");
            let (first, share) = first.trim().split_once(' ').expect("a share");
            let share = share.trim().trim_end_matches('%').parse::<f64>().expect("per cent") / 100.0;
            let (Self(first), Self(second)) = (Self::parse(first), Self::parse(second.trim()));
            return Self(std::array::from_fn(|at| first[at] * share + second[at] * (1.0 - share)));
        }
        let digits = text.strip_prefix('#').unwrap_or_else(|| panic!("{text} is a colour"));
        let wide = digits.len() == 6;
        Self(std::array::from_fn(|at| {
            let digits = if wide { digits[2 * at..2 * at + 2].to_owned() } else { digits[at..=at].repeat(2) };
            f64::from(u8::from_str_radix(&digits, 16).expect("hexadecimal"))
        }))
    }

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let value = value / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// WCAG's contrast ratio.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}
