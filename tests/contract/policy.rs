//! Findings that are held: what identifies them, waivers and baselines, by the built binary.

mod identity;
