//! Selectors of a style sheet, matched against a path of elements with states.

/// An element: its tag, classes, attributes, and pseudo-classes that hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Element {
    /// `button`.
    pub tag: &'static str,
    /// `["button", "primary"]`.
    pub classes: Vec<&'static str>,
    /// `[("aria-busy", "true")]`.
    pub attributes: Vec<(&'static str, &'static str)>,
    /// `["hover", "disabled"]`.
    pub states: Vec<&'static str>,
}

impl Element {
    /// An element with classes, separated by spaces.
    pub fn new(tag: &'static str, classes: &'static str) -> Self {
        Self { tag, classes: classes.split_whitespace().collect(), ..Self::default() }
    }

    /// With an attribute.
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.attributes.push((name, value));
        self
    }
}

/// One condition on an element.
#[derive(Debug)]
enum Simple {
    Any,
    Tag(String),
    Class(String),
    Attribute(String, Option<String>),
    State(String),
    /// `:is`, `:where`, `:not`.
    Of(String, Vec<Selector>),
    /// What this model does not know.
    Never,
}

/// Compounds from left to right, each with whether it is the parent of the next one (or any ancestor).
#[derive(Debug)]
pub struct Selector(Vec<(Vec<Simple>, bool)>);

impl Selector {
    /// Reads one; none where it is for a pseudo-element.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("::") {
            return None;
        }
        let spaced = spaced(text);
        let mut compounds: Vec<(Vec<Simple>, bool)> = Vec::new();
        for part in split(&spaced, ' ') {
            match part.as_str() {
                ">" => compounds.last_mut()?.1 = true,
                "+" | "~" => compounds.last_mut()?.0.push(Simple::Never),
                compound => compounds.push((simples(compound), false)),
            }
        }
        Some(Self(compounds))
    }

    /// Whether the last element of the path is meant.
    pub fn matches(&self, path: &[Element]) -> bool {
        let Some(((last, _), before)) = self.0.split_last() else { return false };
        last.iter().all(|simple| simple.holds(path)) && ancestors(before, path)
    }

    /// Ids count for nothing here: no rule uses one.
    pub fn specificity(&self) -> (u32, u32, u32) {
        let all = self.0.iter().flat_map(|(simples, _)| simples).map(Simple::specificity);
        all.fold((0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2))
    }
}

/// Whether the ancestors of the last element of the path fit these compounds.
fn ancestors(compounds: &[(Vec<Simple>, bool)], path: &[Element]) -> bool {
    let Some(((compound, parent), before)) = compounds.split_last() else { return true };
    let lengths = 1..path.len();
    let fits = |length: usize| {
        let path = &path[..length];
        compound.iter().all(|simple| simple.holds(path)) && ancestors(before, path)
    };
    if *parent { lengths.max().is_some_and(fits) } else { lengths.rev().any(fits) }
}

impl Simple {
    fn holds(&self, path: &[Element]) -> bool {
        let Some(element) = path.last() else { return false };
        match self {
            Self::Any => true,
            Self::Never => false,
            Self::Tag(tag) => element.tag == tag,
            Self::Class(class) => element.classes.contains(&class.as_str()),
            Self::Attribute(name, value) => {
                let of_name = |(own, given): &&(&str, &str)| {
                    own == name && value.as_deref().is_none_or(|v| v == *given)
                };
                element.attributes.iter().any(|own| of_name(&own))
            }
            Self::State(state) if state == "root" => path.len() == 1,
            Self::State(state) => element.states.contains(&state.as_str()),
            Self::Of(word, list) => {
                let any = list.iter().any(|selector| selector.matches(path));
                if word == "not" { !any } else { any }
            }
        }
    }

    fn specificity(&self) -> (u32, u32, u32) {
        match self {
            Self::Any | Self::Never => (0, 0, 0),
            Self::Tag(_) => (0, 0, 1),
            Self::Class(_) | Self::Attribute(..) | Self::State(_) => (0, 1, 0),
            Self::Of(word, _) if word == "where" => (0, 0, 0),
            Self::Of(_, list) => list.iter().map(Selector::specificity).max().unwrap_or_default(),
        }
    }
}

/// The conditions of a compound: `button.chip:not(:disabled)`.
fn simples(text: &str) -> Vec<Simple> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, tail) = match rest.chars().next() {
            Some(sign @ ('.' | '#' | ':' | '[')) => (Some(sign), &rest[1..]),
            _ => (None, rest),
        };
        if kind == Some('[') {
            let (inside, after) = tail.split_once(']').expect("an attribute ends");
            found.push(match inside.split_once('=') {
                Some((name, value)) => {
                    Simple::Attribute(name.to_owned(), Some(value.trim_matches('"').to_owned()))
                }
                None => Simple::Attribute(inside.to_owned(), None),
            });
            rest = after;
            continue;
        }
        let end = tail.find(['.', '#', ':', '[', '(']).unwrap_or(tail.len());
        let (name, mut after) = tail.split_at(end);
        let mut list = None;
        if let Some(inside) = after.strip_prefix('(') {
            let end = closing(inside);
            list = Some(split(&inside[..end], ','));
            after = &inside[end + 1..];
        }
        found.push(match (kind, list) {
            (Some('.'), _) => Simple::Class(name.to_owned()),
            (Some(':'), Some(list)) if matches!(name, "is" | "where" | "not") => {
                Simple::Of(name.to_owned(), list.iter().filter_map(|one| Selector::parse(one)).collect())
            }
            (Some(':'), None) => Simple::State(name.to_owned()),
            (None, _) if name == "*" => Simple::Any,
            (None, _) => Simple::Tag(name.to_owned()),
            _ => Simple::Never,
        });
        rest = after;
    }
    found
}

/// Where the parenthesis that was opened before `text` is closed.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let close = text.char_indices().find(|(_, sign)| {
        depth += i32::from(*sign == '(') - i32::from(*sign == ')');
        depth < 0
    });
    close.expect("a parenthesis is closed").0
}

/// Spaces around combinators, outside of parentheses.
fn spaced(text: &str) -> String {
    let mut depth = 0;
    let mut spaced = String::new();
    for sign in text.chars() {
        depth += i32::from(sign == '(') - i32::from(sign == ')');
        if depth == 0 && matches!(sign, '>' | '+' | '~') {
            spaced.extend([' ', sign, ' ']);
        } else {
            spaced.push(if sign.is_whitespace() && depth == 0 { ' ' } else { sign });
        }
    }
    spaced
}

/// The parts between separators that stand outside of parentheses and brackets, without empty ones.
pub fn split(text: &str, separator: char) -> Vec<String> {
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for sign in text.chars() {
        depth += i32::from(matches!(sign, '(' | '[')) - i32::from(matches!(sign, ')' | ']'));
        if sign == separator && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(sign);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
