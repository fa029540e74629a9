//! Messages in Japanese.

use super::{Tongue, Wording};
use contract::message::{Notice, NumberReason};

pub(super) const TONGUE: Tongue = Tongue { number, already_registered, notice };

fn number(reason: NumberReason, number: &str, minutes: u32) -> Wording {
    let to = match reason {
        NumberReason::CreateAccount => "アカウント作成",
        NumberReason::ChangeEmail => "メールアドレス変更",
        NumberReason::ChangeMobilePhone => "携帯電話変更",
        NumberReason::SignIn => "サインイン",
        NumberReason::StepUp => "変更のロック解除",
    };
    Wording {
        subject: format!("{to}の認証番号"),
        mail: format!(
            "{to}の認証番号:\n\n    {number}\n\n\
             要求してから{minutes}分間、一度だけ使えます。\n\
             誰に聞かれても教えないでください。\n\n\
             心当たりがない場合は、何もする必要はありません。\n"
        ),
        text_message: format!(
            "Postern {to}の認証番号 {number}（{minutes}分間有効）。他人に教えないでください。心当たりがなければ無視してください。"
        ),
    }
}

fn already_registered() -> Wording {
    Wording {
        subject: "すでにアカウントがあります".to_owned(),
        mail: "すでにアカウントがあるこのアドレスで、新しいアカウントが要求されました。\n\
               そのアカウントでサインインしてください。\n\n\
               心当たりがない場合は、何もする必要はありません。\n"
            .to_owned(),
        text_message:
            "Postern: この番号にはすでにアカウントがあります。サインインしてください。心当たりがなければ無視してください。"
                .to_owned(),
    }
}

fn notice(notice: Notice, place: Option<&str>) -> Wording {
    let what = match notice {
        Notice::PasswordChanged => "パスワードが変更されました",
        Notice::EmailChanged => "メールアドレスが変更されました",
        Notice::MobilePhoneChanged => "携帯電話が変更されました",
        Notice::TwoFactorEnabled => "2段階認証がオンになりました",
        Notice::TwoFactorDisabled => "2段階認証がオフになりました",
        Notice::TwoFactorMethodChanged => "認証方法が変更されました",
        Notice::KeyAdded => "認証キーが追加されました",
        Notice::KeyDeleted => "認証キーが削除されました",
        Notice::AccountDisabled => "運用担当者がアカウントを停止しました",
        Notice::AccountEnabled => "運用担当者がアカウントを再開しました",
        Notice::SubscriptionCanceled => "ユーザー情報が削除されました",
    };
    let from = place.map(|place| format!("場所: {place}\n")).unwrap_or_default();
    let (then, briefly) = match notice {
        Notice::SubscriptionCanceled => ("", ""),
        Notice::AccountDisabled | Notice::AccountEnabled => (
            "\n削除されたものはありません。理由は運用担当者にお問い合わせください。\n",
            "理由は運用担当者にお問い合わせください。",
        ),
        _ => (
            "\n心当たりがない場合は、サインインしてパスワードを変更してください。\n",
            "心当たりがない場合は、サインインしてパスワードを変更してください。",
        ),
    };
    Wording {
        subject: what.to_owned(),
        mail: format!("{what}。\n{from}{then}"),
        text_message: format!("Postern: {what}。{briefly}"),
    }
}
