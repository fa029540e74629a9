//! A plan as text: always the same for the same plan, readable aloud, with a word for whoever opens it in an editor.

use super::file::Plan;
use super::step;
use std::fmt::Write as _;
use toml::Value;

const HEAD: &str = "\
# Account changes prepared for Postern, to be looked at and applied later: in the application, or with
#   postern plan diff FILE        what it would change now
#   postern plan apply FILE       to apply it
# It holds no password, no authentication number and no secret. Fingerprints say what the account was, not its values.
";

impl Plan {
    /// The file's text, with what applying needs written out.
    pub fn to_text(&self) -> String {
        let mut out = Out(HEAD.to_owned());
        out.line("format", &self.format.into());
        out.section("plan");
        out.text("id", &self.plan.id.to_string());
        out.text("author", &self.plan.author);
        out.text("reason", &self.plan.reason);
        out.bare("prepared_at", &self.plan.prepared_at.to_string());
        for (key, moment) in [("not_before", self.plan.not_before), ("expires_at", self.plan.expires_at)] {
            if let Some(moment) = moment {
                out.bare(key, &moment.to_string());
            }
        }
        out.line("needs", &texts(&step::needs_in_words(self)));
        out.section("account");
        out.text("backend", &self.account.backend);
        out.text("email", &self.account.email);
        self.write_base(&mut out);
        self.write_wanted(&mut out);
        out.0
    }

    fn write_base(&self, out: &mut Out) {
        let Some(base) = &self.base else { return };
        out.section("base");
        out.text("account", &base.account);
        out.text("security", &base.security);
        out.text("fingerprint", &base.fingerprint);
        let Some(marks) = &base.fingerprints else { return };
        out.section("base.fingerprints");
        if let Some(key) = &marks.key {
            out.text("key", key);
        }
        out.text("name", &marks.name);
        out.text("task", &marks.task);
        out.text("email", &marks.email);
        out.text("mobile_phone", &marks.mobile_phone);
        out.text("two_factor", &marks.two_factor);
    }

    fn write_wanted(&self, out: &mut Out) {
        let wanted = &self.user_information;
        let fields = [
            ("name", &wanted.name),
            ("task", &wanted.task),
            ("email", &wanted.email),
            ("mobile_phone", &wanted.mobile_phone),
        ];
        if fields.iter().any(|(_, value)| value.is_some()) {
            out.section("user_information");
            for (key, value) in fields {
                if let Some(value) = value {
                    out.text(key, value);
                }
            }
        }
        if let Some(security) = self.security {
            out.section("security");
            out.line("two_factor", &security.two_factor.into());
            if security.method.is_some() {
                out.text("method", security.as_str());
            }
        }
        if !self.keys.add.is_empty() {
            out.section("keys");
            out.line("add", &texts(&self.keys.add));
        }
        for doomed in &self.keys.delete {
            out.section("[keys.delete]");
            out.text("label", &doomed.label);
            if let Some(fingerprint) = &doomed.fingerprint {
                out.text("fingerprint", fingerprint);
            }
        }
        if self.subscription.cancel {
            out.section("subscription");
            out.line("cancel", &true.into());
        }
    }
}

fn texts(all: &[String]) -> Value {
    all.iter().map(|text| Value::from(text.as_str())).collect::<Vec<_>>().into()
}

struct Out(String);

impl Out {
    fn section(&mut self, name: &str) {
        let _ = write!(self.0, "\n[{name}]\n");
    }

    fn line(&mut self, key: &str, value: &Value) {
        self.bare(key, &value.to_string());
    }

    fn text(&mut self, key: &str, value: &str) {
        self.line(key, &value.into());
    }

    fn bare(&mut self, key: &str, value: &str) {
        // writing to a text cannot fail
        let _ = writeln!(self.0, "{key} = {value}");
    }
}
