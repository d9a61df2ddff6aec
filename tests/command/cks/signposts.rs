//! `aws cks signposts`.
