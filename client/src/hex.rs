//! Bytes as lower-case hexadecimal digits, and back.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two digits for each byte.
pub fn encode(bytes: &[u8]) -> String {
    let digit = |four_bits: u8| char::from(DIGITS[usize::from(four_bits)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// Exactly `N` bytes; none from anything else.
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, place) in bytes.iter_mut().zip((0..text.len()).step_by(2)) {
        *byte = u8::from_str_radix(&text[place..place + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn bytes_survive_being_text() {
        let bytes = [0, 1, 0x7f, 0x80, 0xff];
        assert_eq!(encode(&bytes), "00017f80ff");
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        for broken in ["", "00017f80f", "+0017f80ff", "00017f80fg", "00017f80\u{e9}"] {
            assert_eq!(decode::<5>(broken), None, "{broken}");
        }
    }
}
