//! ECDSA and ECDH over the curves of NIST, of bytes. A point is 0x04 and both coordinates
//! (SEC 1), a secret the number in big endian, a signature `r` and `s` (IEEE P1363).
//! A `None` is bytes that are none of these, or a signature that does not hold.

/// What one operation on a curve makes of up to three texts of bytes.
pub(crate) fn call(curve: &str, operation: &str, parts: [&[u8]; 3]) -> Option<Vec<u8>> {
    match curve {
        "P-256" => nist256::call(operation, parts),
        "P-384" => nist384::call(operation, parts),
        "P-521" => nist521::call(operation, parts),
        _ => None,
    }
}

/// The same for each curve: their crates share traits, but not one that has it all.
macro_rules! curve {
    ($module:ident, $curve:ident, $bytes:literal) => {
        mod $module {
            use $curve::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
            use $curve::ecdsa::{Signature, SigningKey, VerifyingKey};
            use $curve::pkcs8::{
                DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
            };
            use $curve::{PublicKey, SecretKey};

            pub(super) fn call(operation: &str, [first, second, third]: [&[u8]; 3]) -> Option<Vec<u8>> {
                match operation {
                    "public" => Some(point(&secret(first)?.public_key())),
                    "point" => Some(point(&public(first)?)),
                    "from-spki" => Some(point(&PublicKey::from_public_key_der(first).ok()?)),
                    "to-spki" => Some(public(first)?.to_public_key_der().ok()?.into_vec()),
                    "from-pkcs8" => Some(SecretKey::from_pkcs8_der(first).ok()?.to_bytes().to_vec()),
                    "to-pkcs8" => Some(secret(first)?.to_pkcs8_der().ok()?.as_bytes().to_vec()),
                    "sign" => sign(first, second),
                    "verify" => verify(first, second, third),
                    "agree" => {
                        let agreed = secret(first)?.diffie_hellman(&public(second)?);
                        Some(agreed.raw_secret_bytes().to_vec())
                    }
                    _ => None,
                }
            }

            fn secret(bytes: &[u8]) -> Option<SecretKey> {
                SecretKey::from_slice(bytes).ok().filter(|_| bytes.len() == $bytes)
            }

            fn public(bytes: &[u8]) -> Option<PublicKey> {
                PublicKey::from_sec1_bytes(bytes).ok()
            }

            fn point(key: &PublicKey) -> Vec<u8> {
                VerifyingKey::from(key).to_sec1_point(false).as_bytes().to_vec()
            }

            /// A digest as long as the curve's numbers, which is the same number.
            fn filled(digest: &[u8]) -> Vec<u8> {
                let zeros = usize::saturating_sub($bytes, digest.len());
                [vec![0; zeros], digest.to_vec()].concat()
            }

            fn sign(key: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
                let signature: Signature =
                    SigningKey::from(secret(key)?).sign_prehash(&filled(digest)).ok()?;
                Some(signature.to_bytes().to_vec())
            }

            fn verify(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
                let signature = Signature::from_slice(signature).ok()?;
                let key = VerifyingKey::from(public(key)?);
                key.verify_prehash(&filled(digest), &signature).ok()?;
                Some(Vec::new())
            }
        }
    };
}

curve!(nist256, p256, 32);
curve!(nist384, p384, 48);
curve!(nist521, p521, 66);
