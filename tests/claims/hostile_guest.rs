//! Guests that lie, flood, trap and break the protocol: all are contained.
