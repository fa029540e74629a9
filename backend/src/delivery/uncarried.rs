//! Messages of channels that this process has no carrier for. Whether they are kept in place or wait for another process
//! is the operator's word: a process that lacks a carrier by mistake must not take messages from those that have one.

use super::settings::Uncarried;
use crate::clock::Clock;
use crate::config::Settings;
use crate::store::{Store, Stored};
use contract::verification::Channel;

/// A message that was not tried for so long after it was due is not on its way any more.
const LATE: i64 = 60_000;
/// So long after it was queued it is given up: nobody carries this channel. Any carrier's last try is over by then.
const GIVEN_UP: i64 = 7 * 86_400_000;

/// The channels without a carrier, and what becomes of their messages; none where another process sees to all.
fn channels(settings: &Settings, fate: Uncarried) -> Vec<Channel> {
    let delivery = &settings.delivery;
    if delivery.elsewhere || delivery.uncarried != fate {
        return Vec::new();
    }
    #[cfg(feature = "server")]
    let carried =
        [(Channel::Email, delivery.mail.is_some()), (Channel::TextMessage, delivery.text_message.is_some())];
    #[cfg(not(feature = "server"))]
    let carried = [(Channel::Email, false), (Channel::TextMessage, false)];
    carried.into_iter().filter(|(_, carried)| !carried).map(|(channel, _)| channel).collect()
}

/// Says at the start what will wait.
pub(super) fn warn(settings: &Settings) {
    for channel in channels(settings, Uncarried::Queued) {
        tracing::warn!(
            ?channel,
            "nothing is configured to send these messages: they wait for a server that sends them"
        );
    }
}

/// Marks what is kept in place.
pub(super) async fn keep(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    let channels = channels(settings, Uncarried::Kept);
    if channels.is_empty() {
        return Ok(());
    }
    let mut tx = store.write().await?;
    for channel in channels {
        let kept = tx.deliver_in_place(channel, clock.now().as_millisecond()).await?;
        tracing::debug!(kept, ?channel, "messages kept in place");
    }
    tx.commit().await
}

/// Gives up what nobody carried for a week, and says what waits.
pub(super) async fn tell(store: &Store, settings: &Settings, clock: &dyn Clock) -> Stored<()> {
    let now = clock.now().as_millisecond();
    for channel in channels(settings, Uncarried::Queued) {
        let (count, oldest) = store.glance().await?.overdue(channel, now - LATE).await?;
        let Some(oldest) = oldest else { continue };
        let oldest_seconds = (now - oldest).max(0) / 1000;
        tracing::warn!(?channel, count, oldest_seconds, "messages wait for a server that sends them");
        if now - oldest >= GIVEN_UP {
            let mut tx = store.write().await?;
            let given_up = tx.give_up_overdue(channel, now, now - LATE, now - GIVEN_UP).await?;
            tx.commit().await?;
            tracing::warn!(?channel, given_up, "messages that nobody carried for a week were given up");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Channel, Settings, Uncarried, channels};

    #[test]
    fn only_whoever_was_told_so_keeps_messages_in_place() {
        let mut settings = Settings::default();
        let both = [Channel::Email, Channel::TextMessage];
        assert_eq!(channels(&settings, Uncarried::Kept), both);
        assert!(channels(&settings, Uncarried::Queued).is_empty());
        settings.delivery.uncarried = Uncarried::Queued;
        assert!(channels(&settings, Uncarried::Kept).is_empty());
        assert_eq!(channels(&settings, Uncarried::Queued), both);
        settings.delivery.elsewhere = true;
        assert!(channels(&settings, Uncarried::Queued).is_empty());
    }
}
