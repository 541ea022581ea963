//! Keys and headers that speak of passwords and other secrets, in many languages.
//!
//! Whatever is under such a key is never shown. What speaks of a password is judged as one, unless it speaks of a
//! change, age, expiry, policy, state or count of passwords and its values are dates, numbers or words of yes and no.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::key_words::{WordList, words_known};
use crate::record::activity::built_in_activity;

/// What a key says of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKey {
    /// Its values are passwords.
    Password,
    /// Its values are said to be about passwords: `passwordLastSet`, `password_policy`.
    AboutPassword,
    /// Its values are other secrets, or parts of them: tokens, keys, certificates.
    Other,
}

/// Words for a password, each long enough to be told inside a compound such as `Benutzerkennwort`.
const PASSWORDS: WordList = WordList(
    "adgangskode contrasena contraseña contrasenya jelszó kennwort lösenord losenord lozinka motdepasse \
    palavrapasse parolă parool passcode passord passphrase passwd password passwort salasana slaptažodis \
    wachtwoord пароль κωδικός パスワード 비밀번호 密码 密碼 รหัสผ่าน",
);

/// The fewest bytes of one of them.
const SHORTEST_PASSWORD: usize = 6;

/// Words for a password that are too short to be looked for inside others.
const SHORT_PASSWORDS: WordList = WordList(
    "geslo haslo hasło heslo jelszo kodeord mdp parola pass passw passwords psw pswd pw pwd pword senha senhas sifre \
    şifre סיסמה",
);

/// Phrases for a password.
const PASSWORD_PHRASES: [&str; 11] = [
    "kata laluan",
    "kata sandi",
    "mot de passe",
    "mots de passe",
    "mật khẩu",
    "palabra de paso",
    "p w",
    "palavra passe",
    "pass phrase",
    "pass word",
    "كلمة المرور",
];

/// Words of what is said about a password.
const ABOUT: WordList = WordList(
    "age attempt attempts change changed changes count date day days disabled enabled expire expired \
    expires expiration expiry failed has history invalid is last length locked max min minimum maximum \
    modified must needs never policies policy required requires rule rules set state status strength time updated \
    valid validity version when ablauf alter ändern anzahl geändert gültig richtlinie changé modifié \
    politique caducidad cambio política troca validade",
);

/// Words of other secrets.
const SECRETS: WordList = WordList(
    "apikey bearer certificate credential credentials geheimnis key keys kennung otp pat pin schlüssel \
    secret secrets signature token tokens totp",
);

/// Words that are joined to those of secrets without a mark: `clientsecret`.
const QUALIFIERS: WordList = WordList(
    "access admin api app auth client consumer encryption id initial login my new oauth old private \
    public refresh secure session shared temp temporary user",
);

/// What stands for a text that may be a secret.
pub const HIDDEN: &str = "(hidden)";

impl SecretKey {
    /// What `key` says of a secret; `None` if it speaks of none.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let words = words_known(key, &[SECRETS, QUALIFIERS, SHORT_PASSWORDS]);
        if speaks_of_password(&words) {
            let is_about = words.iter().any(|word| ABOUT.contains(word));
            return Some(if is_about { Self::AboutPassword } else { Self::Password });
        }
        words.iter().any(|word| SECRETS.contains(word)).then_some(Self::Other)
    }

    /// True if `text` is what a key about passwords may hold: a date, a number, or a word of yes and no.
    #[must_use]
    pub fn is_plain_state(text: &str) -> bool {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | '+' | ' ' | 'T' | 'Z');
        let text = text.trim_ascii();
        built_in_activity(text).is_some()
            || (text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(is_part))
            || is_state_word(&text.to_ascii_lowercase())
    }
}

/// True for what directories write about passwords in words: `Never`, `90 days`, and the policies of Microsoft Graph
/// (`passwordPolicies` of its type `user`).
fn is_state_word(text: &str) -> bool {
    let is_days = || {
        let (count, unit) = text.split_once(' ')?;
        let units = ["day", "days", "hour", "hours", "month", "months", "week", "weeks", "year", "years"];
        (count.bytes().all(|byte| byte.is_ascii_digit()) && units.contains(&unit)).then_some(())
    };
    let is_policy = |part: &str| matches!(part.trim(), "disablepasswordexpiration" | "disablestrongpassword");
    matches!(text, "never" | "expired" | "none" | "not set" | "unknown")
        || text.split(',').all(is_policy)
        || is_days().is_some()
}

/// True for a word or phrase that means password and nothing else, such as `Kennwort`.
pub(super) fn is_password_name(text: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str, RandomState>> =
        LazyLock::new(|| PASSWORDS.words().chain(PASSWORD_PHRASES).collect());
    NAMES.contains(text.to_lowercase().as_str())
}

/// True for a word that means password but can be a name too, such as `Senha`.
pub(super) fn is_short_password_name(text: &str) -> bool {
    SHORT_PASSWORDS.contains(&text.to_lowercase())
}

fn speaks_of_password(words: &[String]) -> bool {
    let is_word = |word: &String| {
        (word.len() >= SHORTEST_PASSWORD && PASSWORDS.words().any(|known| word.contains(known)))
            || SHORT_PASSWORDS.contains(word)
    };
    let is_phrase = |phrase: &&str| {
        let count = phrase.split(' ').count();
        words.windows(count).any(|words| words.iter().eq(phrase.split(' ')))
    };
    words.iter().any(is_word) || (words.len() > 1 && PASSWORD_PHRASES.iter().any(is_phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_words_are_those_of_the_lists() {
        assert_eq!(PASSWORDS.words().map(str::len).min(), Some(SHORTEST_PASSWORD));
        assert!(PASSWORD_PHRASES.iter().all(|phrase| phrase.contains(' ')));
    }

    #[test]
    fn passwords_are_told_in_many_languages_and_spellings() {
        for key in [
            "password",
            "Password",
            "PASSWORD",
            "initial_password",
            "TemporaryPassword",
            "userpassword",
            "Passwort",
            "Kennwort",
            "Benutzerkennwort",
            "mot de passe",
            "motDePasse",
            "Mot-de-passe",
            "contraseña",
            "CONTRASEÑA",
            "senha",
            "Senha inicial",
            "pwd",
            "userPwd",
            "пароль",
            "Пароль",
            "パスワード",
            "密码",
            "hasło",
            "şifre",
            "pass",
            "Pass Word",
        ] {
            assert_eq!(SecretKey::of_key(key), Some(SecretKey::Password), "{key}");
        }
        for key in [
            "Password Last Set",
            "passwordPolicy",
            "passwordPolicies",
            "password_policy",
            "Must Change Password",
            "Password Expires",
            "passwordAge",
            "isPasswordSet",
            "Kennwort geändert",
            "Password Never Expires",
        ] {
            assert_eq!(SecretKey::of_key(key), Some(SecretKey::AboutPassword), "{key}");
        }
        for key in ["api_key", "apiKey", "clientSecret", "clientsecret", "accessToken", "refresh-token", "PIN", "key"] {
            assert_eq!(SecretKey::of_key(key), Some(SecretKey::Other), "{key}");
        }
    }

    #[test]
    fn other_keys_speak_of_no_secret() {
        for key in [
            "user_name",
            "roles",
            "Compass Team",
            "passenger",
            "secretary",
            "monkey",
            "keyboard",
            "Pinboard",
            "bypass",
            "displayId",
            "Desenhar",
            "team",
            "",
            "tokenizer",
            "Hotkeys",
        ] {
            assert_eq!(SecretKey::of_key(key), None, "{key}");
        }
    }

    #[test]
    fn a_state_is_a_date_a_number_or_yes_and_no() {
        for text in [
            "2026-11-21",
            "2026-11-21T10:00:00Z",
            "42",
            "true",
            "No",
            " 0 ",
            "21.11.2026 10:00",
            "Never",
            "90 days",
            "DisablePasswordExpiration, DisableStrongPassword",
        ] {
            assert!(SecretKey::is_plain_state(text), "{text}");
        }
        for text in ["Summer2026!", "hunter2", "", "2026-Summer", "yes please", "90 dogs", "Never2"] {
            assert!(!SecretKey::is_plain_state(text), "{text}");
        }
    }
}
