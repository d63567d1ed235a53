//! Ciphers, signatures and derived keys in the cell, by published vectors.

use codecell::{ExecuteErrorKind, Limits};
use codecell_tests::{error_under, value};
use serde_json::{Value, json};

const SETUP: &str = "
    const { subtle } = crypto;
    const bytes = hex => new Uint8Array(Buffer.from(hex, 'hex'));
    const jwkText = hex => Buffer.from(hex, 'hex').toString('base64url');
    const hex = made => Buffer.from(made).toString('hex');
    const key = (algorithm, secret, ...usages) => subtle.importKey('raw', secret, algorithm, true, usages);
";

/// What a program of asynchronous expressions gives, in order.
async fn all(expressions: &[&str]) -> Value {
    let each: Vec<String> = expressions
        .iter()
        .map(|code| format!("await (async () => {code})()"))
        .collect();
    value(&format!(
        "async () => {{ {SETUP} return [{}] }}",
        each.join(",\n")
    ))
    .await
}

// RFC 4231, test cases 1, 2 and 6 (a key longer than the block).
#[tokio::test]
async fn hmac_is_that_of_rfc_4231() {
    let sign = |secret: &str, data: &str| {
        format!(
            "hex(await subtle.sign('HMAC', await key({{ name: 'HMAC', hash: 'SHA-256' }}, {secret}, 'sign'), {data}))"
        )
    };
    let first = sign("bytes('0b'.repeat(20))", "Buffer.from('Hi There')");
    let second = sign(
        "Buffer.from('Jefe')",
        "Buffer.from('what do ya want for nothing?')",
    );
    let long = sign(
        "bytes('aa'.repeat(131))",
        "Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First')",
    );
    assert_eq!(
        all(&[&first, &second, &long]).await,
        json!([
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ])
    );
}

// The GCM specification's test cases 2, 4 and 6; the last has a nonce of 60 bytes.
#[tokio::test]
async fn gcm_is_that_of_its_specification() {
    let sealed = |secret: &str, iv: &str, text: &str, extra: &str| {
        format!(
            "hex(await subtle.encrypt({{ name: 'AES-GCM', iv: bytes('{iv}'), additionalData: bytes('{extra}') }},
                await key('AES-GCM', bytes('{secret}'), 'encrypt'), bytes('{text}')))"
        )
    };
    let zeros = "00".repeat(16);
    let secret = "feffe9928665731c6d6a8f9467308308";
    let text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    let extra = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    let long = "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728\
                c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b";
    assert_eq!(
        all(&[
            &sealed(&zeros, &"00".repeat(12), &zeros, ""),
            &sealed(secret, "cafebabefacedbaddecaf888", text, extra),
            &sealed(secret, long, text, extra),
        ])
        .await,
        json!([
            "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
             21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
            "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7\
             01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5619cc5aefffe0bfa462af43c1699d050"
        ])
    );
}

// NIST SP 800-38A, F.2.1 and F.5.1; RFC 3394, 4.1; RFC 5869, A.1; RFC 7914, 11.
#[tokio::test]
async fn ciphers_and_derived_keys_are_those_of_their_standards() {
    let secret = "2b7e151628aed2a6abf7158809cf4f3c";
    let block = "6bc1bee22e409f96e93d7e117393172a";
    assert_eq!(
        all(&[
            &format!(
                "hex(await subtle.encrypt({{ name: 'AES-CBC', iv: bytes('000102030405060708090a0b0c0d0e0f') }},
                    await key('AES-CBC', bytes('{secret}'), 'encrypt'), bytes('{block}'))).slice(0, 32)"
            ),
            &format!(
                "hex(await subtle.encrypt({{ name: 'AES-CTR', counter: bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), length: 128 }},
                    await key('AES-CTR', bytes('{secret}'), 'encrypt'), bytes('{block}')))"
            ),
            "hex(await subtle.wrapKey('raw', await key('AES-GCM', bytes('00112233445566778899aabbccddeeff'), 'encrypt'),
                await key('AES-KW', bytes('000102030405060708090a0b0c0d0e0f'), 'wrapKey'), 'AES-KW'))",
            "hex(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: bytes('000102030405060708090a0b0c'),
                info: bytes('f0f1f2f3f4f5f6f7f8f9') }, await subtle.importKey('raw', bytes('0b'.repeat(22)), 'HKDF', false,
                ['deriveBits']), 336))",
            "hex(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: Buffer.from('salt'), iterations: 1 },
                await subtle.importKey('raw', Buffer.from('passwd'), 'PBKDF2', false, ['deriveBits']), 512))",
        ])
        .await,
        json!([
            "7649abac8119b246cee98e9b12e9197d",
            "874d6191b620e3261bef6864990db6ce",
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
             49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
        ])
    );
}

// RFC 7515, A.1: a token that programs meet every day.
#[tokio::test]
async fn a_signed_token_is_checked() {
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                 Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let checked = |token: &str| {
        format!(
            "(async () => {{
                const k = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
                const secret = await subtle.importKey('jwk', {{ kty: 'oct', k }}, {{ name: 'HMAC', hash: 'SHA-256' }}, false, ['verify']);
                const [head, body, signature] = '{token}'.split('.');
                return subtle.verify('HMAC', secret, Buffer.from(signature, 'base64url'), Buffer.from(head + '.' + body));
            }})()"
        )
    };
    let forged = token.replace(".eyJpc3Mi", ".eyJpc3Mj");
    assert_eq!(
        all(&[&checked(token), &checked(&forged)]).await,
        json!([true, false])
    );
}

// RFC 7515, A.3, and RFC 6979, A.2.5: with SHA-256 and the message "sample".
#[tokio::test]
async fn signatures_over_curves_are_those_of_their_standards() {
    let jwk = "{ kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }";
    let checked = |body: &str| {
        format!(
            "subtle.verify({{ name: 'ECDSA', hash: 'SHA-256' }},
                await subtle.importKey('jwk', {jwk}, {{ name: 'ECDSA', namedCurve: 'P-256' }}, true, ['verify']),
                Buffer.from('DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q', 'base64url'),
                Buffer.from('eyJhbGciOiJFUzI1NiJ9.{body}'))"
        )
    };
    let signed = "hex(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, await subtle.importKey('jwk', {
            kty: 'EC', crv: 'P-256', d: jwkText('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'),
            x: jwkText('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6'),
            y: jwkText('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299'),
        }, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']), Buffer.from('sample')))";
    let body = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    assert_eq!(
        all(&[
            &checked(body),
            &checked(&body.replace("pc3Mi", "pc3Mj")),
            signed
        ])
        .await,
        json!([
            true,
            false,
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
        ])
    );
}

// What a program does to the objects that it was shown changes no key.
#[tokio::test]
async fn a_key_is_not_what_is_shown_of_it() {
    let code = "(async () => {
        const shown = await key({ name: 'HMAC', hash: 'SHA-256' }, bytes('00'), 'sign');
        shown.usages.push('encrypt');
        shown.algorithm.name = 'AES-GCM';
        try { await subtle.encrypt({ name: 'AES-GCM', iv: bytes('00') }, shown, bytes('00')) } catch (e) { return e.message }
    })()";
    assert_eq!(
        all(&[code]).await,
        json!(["The key is one of HMAC, and not of AES-GCM."])
    );
}

#[tokio::test]
async fn what_is_not_there_says_what_is() {
    let failed = |call: &str| {
        format!(
            "(async () => {{ try {{ await {call} }} catch (e) {{ return [e.name, e.message] }} }})()"
        )
    };
    assert_eq!(
        all(&[
            &failed("subtle.generateKey({ name: 'RSA-PSS' }, true, ['sign'])"),
            &failed("subtle.importKey('jwk', bytes('00'), 'AES-GCM', true, ['encrypt'])"),
            &failed("subtle.importKey('raw', bytes('00'), 'AES-GCM', true, ['encrypt'])"),
        ])
        .await,
        json!([
            [
                "NotSupportedError",
                "The algorithm \"RSA-PSS\" has no generateKey here; these have: HMAC, AES-CBC, AES-CTR, AES-GCM, AES-KW, ECDSA, ECDH."
            ],
            [
                "TypeError",
                "A key in the format \"jwk\" must be an object. Received an instance of Uint8Array"
            ],
            [
                "DataError",
                "An AES key must have 128, 192 or 256 bits. Received 8."
            ]
        ])
    );
}

// Derived keys are slow on purpose; the run's limits end them, and only them.
#[tokio::test]
async fn a_derived_key_of_endless_rounds_ends_at_the_limit() {
    let code = "require('node:crypto').pbkdf2Sync('a', 'b', 2147483647, 64, 'sha512')";
    let (kind, message) = error_under(Limits::default().fuel(200_000_000), code).await;
    assert_eq!(
        (kind, message.as_str()),
        (
            ExecuteErrorKind::Fuel,
            "fuel limit exceeded: all 200000000 units used; do less work per program"
        )
    );
}
