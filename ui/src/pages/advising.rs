//! Advice on a password while it is typed. The shell judges it; the newest text wins, and no more than one question is
//! under way, however fast somebody types.

use crate::bridge;
use crate::form::Field;
use postern_contract::Secret;
use postern_contract::advice::{AdviceInput, PasswordAdvice};
use postern_contract::shell::command;
use std::rc::Rc;
use sycamore::prelude::*;

/// The advice on what stands in `password`; none until the shell answers. `min` reads the least length, and
/// `context` the words that make it weaker.
pub fn advice_on(
    password: Field,
    min: impl Fn() -> u32 + 'static,
    context: impl Fn() -> Vec<String> + 'static,
) -> Signal<Option<PasswordAdvice>> {
    let (advice, asking, newer) = (create_signal(None), create_signal(false), create_signal(false));
    let (scope, asked) = (use_current_scope(), Rc::new((min, context)));
    create_effect(move || {
        password.value();
        let (min, context) = &*asked;
        min();
        context();
        newer.set_silent(true);
        if asking.replace_silent(true) {
            return;
        }
        let asked = Rc::clone(&asked);
        bridge::spawn_in(scope, async move {
            while newer.replace_silent(false) {
                let (min, context) = untrack(|| (asked.0(), asked.1()));
                let input = AdviceInput { password: Secret::new(password.now()), context, min };
                // without an answer the advice of before stays: it only advises
                if let Ok(answer) = bridge::call::<command::AdvisePassword>(input).await {
                    advice.set(Some(answer));
                }
            }
            asking.set_silent(false);
        });
    });
    advice
}
