//! Keyboard walks: runs of neighbouring keys such as `qwertz`, `1qaz` or `asdf`, in the layouts that are in wide use.

use std::collections::HashSet;
use zeroize::Zeroizing;

/// What the start of a walk is worth, in powers of ten.
const START: f64 = 2.0;
/// What a turn is worth.
const TURN: f64 = 0.5;
/// What another walk of the same shape is worth.
const AGAIN: f64 = 0.5;

/// Four rows of keys from the top, first without and then with Shift. A space stands for a key without a character.
type Layout = [&'static str; 8];

/// Left end of each row in quarters of a key's width.
const STAGGER: [i32; 4] = [0, 6, 7, 5];
/// Width of a key in the same unit.
const KEY: i32 = 4;

const LAYOUTS: &[Layout] = &[
    // US, and by its letters most of Europe, the Americas and Asia
    [
        "`1234567890-=",
        "qwertyuiop[]\\",
        "asdfghjkl;'",
        " zxcvbnm,./", //
        "~!@#$%^&*()_+",
        "QWERTYUIOP{}|",
        "ASDFGHJKL:\"",
        " ZXCVBNM<>?",
    ],
    // German
    [
        "^1234567890ß´",
        "qwertzuiopü+",
        "asdfghjklöä#",
        "<yxcvbnm,.-", //
        "°!\"§$%&/()=?`",
        "QWERTZUIOPÜ*",
        "ASDFGHJKLÖÄ'",
        ">YXCVBNM;:_",
    ],
    // French
    [
        "²&é\"'(-è_çà)=",
        "azertyuiop^$",
        "qsdfghjklmù*",
        "<wxcvbn,;:!", //
        " 1234567890°+",
        "AZERTYUIOP¨£",
        "QSDFGHJKLM%µ",
        ">WXCVBN?./§",
    ],
    // Dvorak
    [
        "`1234567890[]",
        "',.pyfgcrl/=\\",
        "aoeuidhtns-",
        " ;qjkxbmwvz", //
        "~!@#$%^&*(){}",
        "\"<>PYFGCRL?+|",
        "AOEUIDHTNS_",
        " :QJKXBMWVZ",
    ],
    // Colemak
    [
        "`1234567890-=",
        "qwfpgjluy;[]\\",
        "arstdhneio'",
        " zxcvbkm,./", //
        "~!@#$%^&*()_+",
        "QWFPGJLUY:{}|",
        "ARSTDHNEIO\"",
        " ZXCVBKM<>?",
    ],
    // Russian
    [
        "ё1234567890-=",
        "йцукенгшщзхъ\\",
        "фывапролджэ",
        " ячсмитьбю.", //
        "Ё!\"№;%:?*()_+",
        "ЙЦУКЕНГШЩЗХЪ/",
        "ФЫВАПРОЛДЖЭ",
        " ЯЧСМИТЬБЮ,",
    ],
    // Japanese kana
    [
        " ぬふあうえおやゆよわほへ",
        "たていすかんなにらせ",
        "ちとしはきくまのりれけ",
        " つさそひこみもねるめ", //
        " ",
        " ",
        " ",
        " ",
    ],
];

/// The number pad, whose rows are not staggered.
const NUMBER_PAD: [&str; 4] = ["789", "456", "123", "0"];

/// What is left of a text once its walks are taken out, and what the walks are worth in powers of ten.
pub(super) struct Stripped {
    pub rest: Zeroizing<String>,
    pub worth: f64,
}

/// The text without its walks, for each layout in which it has one.
pub(super) fn without_walks(text: &str) -> Vec<Stripped> {
    let keyboards = LAYOUTS.iter().map(|layout| strip(text, |character| on_keyboard(layout, character)));
    let mut all: Vec<Stripped> = keyboards.chain([strip(text, on_number_pad)]).flatten().collect();
    all.sort_by(|one, other| one.rest.cmp(&other.rest).then(one.worth.total_cmp(&other.worth)));
    all.dedup_by(|later, first| later.rest == first.rest);
    all
}

fn on_keyboard(layout: &Layout, character: char) -> Option<(i32, i32)> {
    layout.iter().enumerate().find_map(|(row, keys)| {
        let key = keys.chars().position(|key| key == character && key != ' ')?;
        let row = row % STAGGER.len();
        Some((i32::try_from(row).ok()?, STAGGER[row] + KEY * i32::try_from(key).ok()?))
    })
}

fn on_number_pad(character: char) -> Option<(i32, i32)> {
    NUMBER_PAD.iter().enumerate().find_map(|(row, keys)| {
        let key = keys.chars().position(|key| key == character)?;
        Some((i32::try_from(row).ok()?, KEY * i32::try_from(key).ok()?))
    })
}

/// The step from one key to a neighbour: row and column, each -1, 0 or 1.
fn step(from: Option<(i32, i32)>, to: Option<(i32, i32)>) -> Option<(i32, i32)> {
    let ((row, left), (next_row, next_left)) = (from?, to?);
    let (down, right) = (next_row - row, next_left - left);
    let neighbours = down.abs() <= 1 && right.abs() <= KEY && (down, right) != (0, 0);
    neighbours.then_some((down, right.signum()))
}

fn strip(text: &str, place: impl Fn(char) -> Option<(i32, i32)>) -> Option<Stripped> {
    let characters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    let places: Vec<_> = characters.iter().map(|character| place(*character)).collect();
    let steps: Vec<_> = places.windows(2).map(|pair| step(pair[0], pair[1])).collect();
    let (mut rest, mut worth, mut start) = (Zeroizing::new(String::with_capacity(text.len())), 0.0, 0);
    let mut shapes = HashSet::new();
    while start < characters.len() {
        let length = 1 + steps[start.min(steps.len())..].iter().take_while(|step| step.is_some()).count();
        let walk = &steps[start..start + length - 1];
        match value(walk) {
            Some(_) if !shapes.insert(walk) => worth += AGAIN,
            Some(value) => worth += value,
            None => rest.extend(&characters[start..start + length]),
        }
        start += length;
    }
    (worth > 0.0).then_some(Stripped { rest, worth })
}

/// What a walk is worth: a start, and something for each turn. Going on as before, or as two steps before in a zigzag, is
/// no turn. Three keys are a walk where they lie in a line, five in any shape; fewer are chance.
fn value(steps: &[Option<(i32, i32)>]) -> Option<f64> {
    let turns = (1..steps.len())
        .filter(|at| steps[*at] != steps[at - 1] && (*at < 2 || steps[*at] != steps[at - 2]))
        .count();
    match (steps.len(), turns) {
        (0 | 1, _) | (2 | 3, 1..) => None,
        _ => Some(START + f64::from(u8::try_from(turns.min(4)).unwrap_or(4)) * TURN),
    }
}

#[cfg(test)]
mod tests {
    use super::without_walks;

    /// Whether some layout leaves nothing of it.
    fn walks(text: &str) -> bool {
        without_walks(text).iter().any(|stripped| stripped.rest.is_empty())
    }

    #[test]
    fn a3_walks_are_found_in_every_layout() {
        for walk in [
            "qwertyuiop",
            "poiuytrewq",
            "QWERTYUIOP",
            "!@#$%^&*()",
            "zaq12wsxcde34rfv",
            "1q2w3e4r5t6y",
            "qwertzuiopü",
            "yxcvbnm",
            "azertyuiop",
            "qsdfghjklm",
            "aoeuidhtns",
            "arstdhneio",
            "йцукенгшщз",
            "фывапролдж",
            "たていすかん",
            "147258369",
            "159753",
            "asdfjkl;",
        ] {
            assert!(walks(walk), "{walk}");
        }
        for none in ["harbor", "lamps", "x9#Kq2!vTz", "쿼티", "", "q", "qw", "we", "ada"] {
            assert!(!walks(none), "{none}");
        }
    }
}
