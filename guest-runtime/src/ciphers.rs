//! Hashes, ciphers and derived keys, of bytes: what `crypto.subtle` and `node:crypto`
//! compute. A `None` is bytes that the key has not made, or a key, nonce or size that
//! the operation has not.
//!
//! All of it is software without tables that depend on secrets. GCM is put together here
//! of its two parts, since nonces of any length and tags from 32 bits on are asked for.

use aes::cipher::block_padding::{NoPadding, Padding, Pkcs7};
use aes::cipher::consts::U16;
use aes::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt as _, BlockModeEncrypt as _,
    BlockSizeUser, KeyInit, KeyIvInit as _, StreamCipher as _,
};
use aes::{Aes128, Aes192, Aes256};
use aes_kw::AesKw;
use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use hkdf::Hkdf;
use hmac::{EagerHash, Hmac, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

const BLOCK_BYTES: usize = 16;
/// What wrapping (RFC 3394) adds to a key.
const WRAP_BYTES: usize = 8;

type Block = [u8; BLOCK_BYTES];

trait Aes:
    BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit + Clone
{
}
impl<C> Aes for C where
    C: BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit + Clone
{
}

/// Calls a generic function with the hash of this name.
macro_rules! with_hash {
    ($name:expr, $call:ident($($argument:expr),*)) => {
        match $name {
            "md5" => $call::<Md5>($($argument),*),
            "sha1" => $call::<Sha1>($($argument),*),
            "sha224" => $call::<Sha224>($($argument),*),
            "sha256" => $call::<Sha256>($($argument),*),
            "sha384" => $call::<Sha384>($($argument),*),
            "sha512" => $call::<Sha512>($($argument),*),
            _ => None,
        }
    };
}

/// Calls a generic function with the AES that the key is for.
macro_rules! with_aes {
    ($call:ident $(::<$type:ty>)? ($key:expr $(, $argument:expr)*)) => {
        match $key.len() {
            16 => $call::<Aes128 $(, $type)?>($key, $($argument),*),
            24 => $call::<Aes192 $(, $type)?>($key, $($argument),*),
            32 => $call::<Aes256 $(, $type)?>($key, $($argument),*),
            _ => None,
        }
    };
}

/// A digest, or an HMAC (RFC 2104) where there is a key.
pub(crate) fn hash(name: &str, bytes: &[u8], key: Option<&[u8]>) -> Option<Vec<u8>> {
    fn of<D: EagerHash>(bytes: &[u8], key: Option<&[u8]>) -> Option<Vec<u8>> {
        let Some(key) = key else { return Some(D::digest(bytes).to_vec()) };
        let mut mac = <Hmac<D> as hmac::KeyInit>::new_from_slice(key).ok()?;
        mac.update(bytes);
        Some(mac.finalize().into_bytes().to_vec())
    }
    with_hash!(name, of(bytes, key))
}

/// PBKDF2 (RFC 8018) with HMAC.
pub(crate) fn pbkdf2(name: &str, secret: &[u8], salt: &[u8], rounds: u32, length: usize) -> Option<Vec<u8>> {
    fn of<D: EagerHash>(secret: &[u8], salt: &[u8], rounds: u32, length: usize) -> Option<Vec<u8>> {
        let mut derived = vec![0; length];
        pbkdf2::pbkdf2::<Hmac<D>>(secret, salt, rounds, &mut derived).ok()?;
        Some(derived)
    }
    with_hash!(name, of(secret, salt, rounds, length))
}

/// HKDF (RFC 5869); at most 255 times what the hash gives.
pub(crate) fn hkdf(name: &str, secret: &[u8], salt: &[u8], info: &[u8], length: usize) -> Option<Vec<u8>> {
    fn of<D: EagerHash>(secret: &[u8], salt: &[u8], info: &[u8], length: usize) -> Option<Vec<u8>> {
        let mut derived = vec![0; length];
        Hkdf::<D>::new(Some(salt), secret).expand(info, &mut derived).ok()?;
        Some(derived)
    }
    with_hash!(name, of(secret, salt, info, length))
}

/// What one of the modes of AES makes of bytes. `size` is the bytes of the tag for GCM, the
/// bits that count for CTR; `extra` is what GCM's tag covers besides the text.
pub(crate) fn aes(
    operation: &str,
    key: &[u8],
    iv: &[u8],
    bytes: &[u8],
    size: usize,
    extra: &[u8],
) -> Option<Vec<u8>> {
    let is_whole = bytes.len().is_multiple_of(BLOCK_BYTES);
    match operation {
        "gcm-encrypt" => with_aes!(gcm_encrypt(key, iv, bytes, size, extra)),
        "gcm-decrypt" => with_aes!(gcm_decrypt(key, iv, bytes, size, extra)),
        "gcm-start" => with_aes!(gcm_start(key, iv)),
        "gcm-tag" => with_aes!(gcm_tag(key, iv, bytes, extra)),
        "cbc-encrypt" => with_aes!(cbc_encrypt::<Pkcs7>(key, iv, bytes)),
        "cbc-decrypt" => with_aes!(cbc_decrypt::<Pkcs7>(key, iv, bytes)),
        "cbc-encrypt-blocks" if is_whole => with_aes!(cbc_encrypt::<NoPadding>(key, iv, bytes)),
        "cbc-decrypt-blocks" => with_aes!(cbc_decrypt::<NoPadding>(key, iv, bytes)),
        "ctr" => with_aes!(counted(key, iv, bytes, size)),
        "kw-wrap" => with_aes!(wrapped(key, bytes)),
        "kw-unwrap" => with_aes!(unwrapped(key, bytes)),
        _ => None,
    }
}

/// GCM (NIST SP 800-38D) under one key and nonce.
struct Gcm<C> {
    cipher: C,
    hash: GHash,
    /// The counter of the tag; the text begins with the next.
    first: Block,
}

impl<C: Aes> Gcm<C> {
    fn new(key: &[u8], iv: &[u8]) -> Option<Self> {
        let cipher = C::new_from_slice(key).ok()?;
        let mut under = Array::default();
        cipher.encrypt_block(&mut under);
        let hash = GHash::new(&under);
        let mut first = [0; BLOCK_BYTES];
        if let Some(start) = first.get_mut(..iv.len()).filter(|start| start.len() == 12) {
            start.copy_from_slice(iv);
            first[BLOCK_BYTES - 1] = 1;
        } else {
            first = Self::hashed(hash.clone(), &[], iv);
        }
        Some(Self { cipher, hash, first })
    }

    fn hashed(mut hash: GHash, extra: &[u8], text: &[u8]) -> Block {
        let bits = |bytes: &[u8]| (bytes.len() as u128) * 8;
        hash.update_padded(extra);
        hash.update_padded(text);
        hash.update(&[(bits(extra) << 64 | bits(text)).to_be_bytes().into()]);
        hash.finalize().into()
    }

    fn tag(&self, extra: &[u8], text: &[u8]) -> Block {
        let mut mask = Array::from(self.first);
        self.cipher.encrypt_block(&mut mask);
        let hashed = Self::hashed(self.hash.clone(), extra, text);
        std::array::from_fn(|index| hashed[index] ^ mask[index])
    }

    /// The counter that the text begins with; its last 32 bits count.
    fn start(&self) -> Block {
        let first = u128::from_be_bytes(self.first);
        let next = (first as u32).wrapping_add(1);
        (first >> 32 << 32 | u128::from(next)).to_be_bytes()
    }

    /// The text xored with the counters.
    fn turn(&self, key: &[u8], text: &mut [u8]) -> Option<()> {
        let mut stream = ctr::Ctr32BE::<C>::new_from_slices(key, &self.start()).ok()?;
        stream.try_apply_keystream(text).ok()
    }
}

fn gcm_start<C: Aes>(key: &[u8], iv: &[u8]) -> Option<Vec<u8>> {
    Some(Gcm::<C>::new(key, iv)?.start().to_vec())
}

fn gcm_tag<C: Aes>(key: &[u8], iv: &[u8], text: &[u8], extra: &[u8]) -> Option<Vec<u8>> {
    Some(Gcm::<C>::new(key, iv)?.tag(extra, text).to_vec())
}

/// The text, and behind it the tag of `size` bytes.
fn gcm_encrypt<C: Aes>(key: &[u8], iv: &[u8], text: &[u8], size: usize, extra: &[u8]) -> Option<Vec<u8>> {
    let gcm = Gcm::<C>::new(key, iv)?;
    let mut text = text.to_vec();
    gcm.turn(key, &mut text)?;
    let tag = gcm.tag(extra, &text);
    text.extend_from_slice(tag.get(..size)?);
    Some(text)
}

fn gcm_decrypt<C: Aes>(key: &[u8], iv: &[u8], text: &[u8], size: usize, extra: &[u8]) -> Option<Vec<u8>> {
    let gcm = Gcm::<C>::new(key, iv)?;
    let (text, given) = text.split_at_checked(text.len().checked_sub(size)?)?;
    let tag = gcm.tag(extra, text);
    // Every byte is looked at, so that time tells nothing of where they differ.
    let differs = tag.get(..size)?.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b));
    if differs != 0 {
        return None;
    }
    let mut text = text.to_vec();
    gcm.turn(key, &mut text)?;
    Some(text)
}

fn cbc_encrypt<C: Aes, P: Padding>(key: &[u8], iv: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let cbc = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
    Some(cbc.encrypt_padded_vec::<P>(text))
}

fn cbc_decrypt<C: Aes, P: Padding>(key: &[u8], iv: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let cbc = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    cbc.decrypt_padded_vec::<P>(text).ok()
}

/// CTR of which the last `bits` of the block count, and begin again at zero.
fn counted<C: Aes>(key: &[u8], iv: &[u8], text: &[u8], bits: usize) -> Option<Vec<u8>> {
    let start = u128::from_be_bytes(iv.try_into().ok()?);
    let mask = u128::MAX.checked_shr(u32::try_from(128 - bits).ok()?).unwrap_or_default();
    let blocks_before = (mask - (start & mask)).saturating_add(1);
    let bytes_before = blocks_before.saturating_mul(BLOCK_BYTES as u128);
    let before = usize::try_from(bytes_before).unwrap_or(usize::MAX).min(text.len());
    let mut text = text.to_vec();
    let (first, second) = text.split_at_mut(before);
    for (part, start) in [(first, start), (second, start & !mask)] {
        let mut stream = ctr::Ctr128BE::<C>::new_from_slices(key, &start.to_be_bytes()).ok()?;
        stream.try_apply_keystream(part).ok()?;
    }
    Some(text)
}

fn wrapped<C: Aes>(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; bytes.len() + WRAP_BYTES];
    AesKw::<C>::new_from_slice(key).ok()?.wrap_key(bytes, &mut wrapped).ok()?;
    Some(wrapped)
}

fn unwrapped<C: Aes>(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unwrapped = vec![0; bytes.len().checked_sub(WRAP_BYTES)?];
    AesKw::<C>::new_from_slice(key).ok()?.unwrap_key(bytes, &mut unwrapped).ok()?;
    Some(unwrapped)
}
