//! Messages in Korean.

use super::{Tongue, Wording};
use contract::message::{Notice, NumberReason};

pub(super) const TONGUE: Tongue = Tongue { number, already_registered, notice };

fn number(reason: NumberReason, number: &str, minutes: u32) -> Wording {
    let to = match reason {
        NumberReason::CreateAccount => "계정 만들기",
        NumberReason::ChangeEmail => "이메일 주소 변경",
        NumberReason::ChangeMobilePhone => "휴대전화 변경",
        NumberReason::SignIn => "로그인",
        NumberReason::StepUp => "변경 잠금 해제",
    };
    Wording {
        subject: format!("{to} 인증번호"),
        mail: format!(
            "{to} 인증번호:\n\n    {number}\n\n\
             요청한 때부터 {minutes}분 동안 한 번만 사용할 수 있습니다.\n\
             누가 묻더라도 알려 주지 마세요.\n\n\
             요청하지 않았다면 아무것도 하지 않아도 됩니다.\n"
        ),
        text_message: format!(
            "Postern {to} 인증번호 {number} ({minutes}분 유효). 타인에게 알리지 마세요. 모르는 요청이면 무시하세요."
        ),
    }
}

fn already_registered() -> Wording {
    Wording {
        subject: "이미 계정이 있습니다".to_owned(),
        mail: "이미 계정이 있는 이 주소로 새 계정을 만들려는 요청이 있었습니다.\n\
               그 계정으로 로그인하세요.\n\n\
               본인이 아니라면 아무것도 하지 않아도 됩니다.\n"
            .to_owned(),
        text_message:
            "Postern: 이 번호에는 이미 계정이 있습니다. 로그인하세요. 요청하지 않았다면 무시하세요."
                .to_owned(),
    }
}

fn notice(notice: Notice, place: Option<&str>) -> Wording {
    let what = match notice {
        Notice::PasswordChanged => "비밀번호가 변경되었습니다",
        Notice::EmailChanged => "이메일 주소가 변경되었습니다",
        Notice::MobilePhoneChanged => "휴대전화가 변경되었습니다",
        Notice::TwoFactorEnabled => "2단계 인증이 켜졌습니다",
        Notice::TwoFactorDisabled => "2단계 인증이 꺼졌습니다",
        Notice::TwoFactorMethodChanged => "인증 방법이 변경되었습니다",
        Notice::KeyAdded => "인증 키가 추가되었습니다",
        Notice::KeyDeleted => "인증 키가 삭제되었습니다",
        Notice::AccountDisabled => "운영자가 계정을 사용 중지했습니다",
        Notice::AccountEnabled => "운영자가 계정을 다시 사용하도록 했습니다",
        Notice::SubscriptionCanceled => "사용자 정보가 삭제되었습니다",
    };
    let from = place.map(|place| format!("위치: {place}\n")).unwrap_or_default();
    let (then, briefly) = match notice {
        Notice::SubscriptionCanceled => ("", ""),
        Notice::AccountDisabled | Notice::AccountEnabled => {
            ("\n삭제된 것은 없습니다. 이유는 운영자에게 문의하세요.\n", " 이유는 운영자에게 문의하세요.")
        }
        _ => (
            "\n본인이 아니라면 로그인하여 비밀번호를 변경하세요.\n",
            " 본인이 아니라면 로그인하여 비밀번호를 변경하세요.",
        ),
    };
    Wording {
        subject: what.to_owned(),
        mail: format!("{what}.\n{from}{then}"),
        text_message: format!("Postern: {what}.{briefly}"),
    }
}
