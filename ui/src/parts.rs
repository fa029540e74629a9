//! What pages are made of. A part knows how it looks, sounds and answers the keyboard; it never knows the shell or the
//! backend. Names, roles and class names are a contract with the style sheet and with the tests in real windows.

mod account_bar;
mod actions;
mod aside;
mod awaited;
mod banner;
mod button;
mod chip;
mod choices;
mod dialog;
mod empty;
mod gate;
mod icon;
mod menu;
mod number;
mod password;
mod results;
mod tabs;
mod text_field;
mod toast;

pub use account_bar::{BackendChip, LockChip, Who};
pub use actions::Actions;
pub use aside::{Line, Next};
pub use awaited::{Awaited, Skeleton};
pub use banner::{Banner, Kind, ProblemBanner};
pub use button::{Press, Submit, Tries};
pub use chip::Chip;
pub use choices::{Choice, Choices};
pub use dialog::{Dialog, DialogRole};
pub use empty::Empty;
pub use gate::Gate;
pub use icon::Icon;
pub use menu::{Item, Menu, MenuFace};
pub use number::{NumberField, OpenMessages, SendButton, SentNumber};
pub use password::{PasswordField, Strength};
pub use results::Results;
pub use tabs::{Tabs, id as tab_id, panel_id};
pub use text_field::{Enter, FieldError, TextField};
pub use toast::Toast;
