//! Parts of a pack that are unpacked one by one, when somebody first looks at them.

use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A value as the build script packed it; reading it unpacks it, once. Users' packs hold theirs unpacked.
#[derive(Clone, Debug)]
pub struct Packed<T> {
    bytes: &'static [u8],
    value: OnceLock<Box<T>>,
}

impl<T> From<T> for Packed<T> {
    fn from(value: T) -> Self {
        Self { bytes: &[], value: OnceLock::from(Box::new(value)) }
    }
}

impl<T: Default + Deserialize<'static>> Packed<T> {
    /// The value itself.
    pub fn into_inner(self) -> T {
        let _ = &*self;
        self.value.into_inner().map_or_else(T::default, |value| *value)
    }
}

impl<T: Default> Default for Packed<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Default + Deserialize<'static>> Deref for Packed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Bytes of this build always unpack; a test tries all.
        self.value.get_or_init(|| Box::new(postcard::from_bytes(self.bytes).unwrap_or_default()))
    }
}

impl<T: Default + Deserialize<'static>> DerefMut for Packed<T> {
    fn deref_mut(&mut self) -> &mut T {
        let _ = &**self;
        self.value.get_mut().expect("reading it has unpacked it")
    }
}

impl<T: Default + Deserialize<'static> + Serialize> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_allocvec(&**self).map_err(ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes: &'de [u8] = Deserialize::deserialize(deserializer)?;
        Ok(Self { bytes, value: OnceLock::new() })
    }
}
