//! What codecell claims.
