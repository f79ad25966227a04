//! snapdeck
pub mod cli;
pub mod config;
pub mod context;
pub mod domain;
pub mod journal;
pub mod operations;
pub mod sandbox;
pub mod services;
