//! The emulator over a real socket.
