//! The time, injected: the wall clock on AWS, the virtual clock on the sandbox, a fixed one in tests.

use std::sync::Arc;

use jiff::Timestamp;

/// A source of the present moment. Cheap to clone; every clone reads the same clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn wall() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that reads whatever `now` answers.
    #[must_use]
    pub fn from_fn(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self(now)
    }

    /// The present moment, to the millisecond: what is finer says nothing over a network.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
