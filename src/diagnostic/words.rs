//! Enums whose values are written as words: in options, configs, plans and reports.
//!
//! One list of the words serves for reading and for writing, so that neither knows a word that the other does not.

/// Gives an enum `ALL`, `word` and `by_word`.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            /// Every value, in the order in which texts list them.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word for it in options, configs and reports.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The value that `word` stands for; case counts.
            #[must_use]
            pub fn by_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.word() == word)
            }
        }
    };
}

pub(crate) use words;
