//! The arguments of a call: in their order, or named in one object.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::base64;
use super::fault::Failure;
use super::methods::Method;

/// Arguments in the order of the method's parameters.
#[derive(Debug)]
pub(super) struct Arguments {
    method: &'static Method,
    values: Vec<Option<Value>>,
}

impl Arguments {
    pub(super) fn new(method: &'static Method, arguments: Value) -> Result<Self, Failure> {
        let arguments = match arguments {
            Value::Array(arguments) => arguments,
            one => vec![one],
        };
        let parameters = method.parameter_list();
        if arguments.is_empty() && parameters.iter().any(|parameter| parameter.is_required) {
            let message = format!(
                "state.{} takes a single object argument: {}",
                method.name,
                method.signature()
            );
            return Err(Failure::new(message));
        }
        let values = match named(method, &arguments)? {
            Some(mut members) => parameters
                .iter()
                .map(|parameter| members.remove(parameter.name))
                .collect(),
            None => arguments.into_iter().map(Some).collect::<Vec<_>>(),
        };
        let arguments = Self { method, values };
        for (index, parameter) in parameters.iter().enumerate() {
            let is_absent = match parameter.name {
                // `null` is a value to write; elsewhere it stands for `undefined`.
                "value" => arguments.raw(index).is_none(),
                _ => arguments.get(index).is_none(),
            };
            if is_absent && parameter.is_required && parameter.name != "value" {
                return Err(
                    arguments.fault(format!("missing required parameter \"{}\"", parameter.name))
                );
            }
        }
        Ok(arguments)
    }

    fn fault(&self, what: impl AsRef<str>) -> Failure {
        let (name, what) = (self.method.name, what.as_ref());
        let signature = self.method.signature();
        Failure::new(format!("state.{name}: {what} — expected {signature}"))
    }

    fn must_be(&self, index: usize, what: &str) -> Failure {
        let parameters = self.method.parameter_list();
        let name = parameters.get(index).map_or("", |parameter| parameter.name);
        self.fault(format!("parameter \"{name}\" must be {what}"))
    }

    fn raw(&self, index: usize) -> Option<&Value> {
        self.values.get(index)?.as_ref()
    }

    /// The argument, unless it is `null`.
    pub(super) fn get(&self, index: usize) -> Option<&Value> {
        self.raw(index).filter(|value| !value.is_null())
    }

    /// Data as the program has it; nothing for `undefined`.
    pub(super) fn data(&self, index: usize) -> Option<Value> {
        self.raw(index).cloned().map(base64::unescaped)
    }

    pub(super) fn text(&self, index: usize) -> Result<&str, Failure> {
        let text = self.get(index).and_then(Value::as_str);
        text.ok_or_else(|| self.must_be(index, "a string"))
    }

    pub(super) fn optional_text(&self, index: usize) -> Result<Option<&str>, Failure> {
        self.get(index).map(|_| self.text(index)).transpose()
    }

    pub(super) fn optional_count(&self, index: usize) -> Result<Option<u64>, Failure> {
        let Some(value) = self.get(index) else {
            return Ok(None);
        };
        let count = value.as_u64();
        count
            .map(Some)
            .ok_or_else(|| self.must_be(index, "a number that is not negative"))
    }

    pub(super) fn bytes(&self, index: usize) -> Result<Vec<u8>, Failure> {
        let bytes = self.get(index).and_then(base64::bytes);
        bytes.ok_or_else(|| self.must_be(index, "a Uint8Array"))
    }

    pub(super) fn text_or_bytes(&self, index: usize) -> Result<Vec<u8>, Failure> {
        match self.get(index) {
            Some(Value::String(text)) => Ok(text.clone().into_bytes()),
            Some(value) => {
                base64::bytes(value).ok_or_else(|| self.must_be(index, "a string or a Uint8Array"))
            }
            None => Err(self.must_be(index, "a string or a Uint8Array")),
        }
    }

    /// Structured data that must fit `T`.
    pub(super) fn parsed<T: DeserializeOwned>(&self, index: usize) -> Result<T, Failure> {
        let value = base64::unescaped(self.get(index).cloned().unwrap_or_default());
        T::deserialize(value).map_err(|error| self.misfit(index, &error))
    }

    /// Options; none at all are the usual ones.
    pub(super) fn options<T: DeserializeOwned + Default>(
        &self,
        index: usize,
    ) -> Result<T, Failure> {
        match self.get(index) {
            Some(value) if value.is_object() => {
                T::deserialize(value).map_err(|error| self.misfit(index, &error))
            }
            Some(_) => Err(self.must_be(index, "an object")),
            None => Ok(T::default()),
        }
    }

    fn misfit(&self, index: usize, error: &serde_json::Error) -> Failure {
        let parameters = self.method.parameter_list();
        let name = parameters.get(index).map_or("", |parameter| parameter.name);
        self.fault(format!("parameter \"{name}\": {error}"))
    }
}

/// The members of the only argument, if it names parameters.
fn named(method: &Method, arguments: &[Value]) -> Result<Option<Map<String, Value>>, Failure> {
    let [argument @ Value::Object(members)] = arguments else {
        return Ok(None);
    };
    let parameters = method.parameter_list();
    let is_parameter = |name: &String| parameters.iter().any(|known| known.name == name);
    let Some(stranger) = members.keys().find(|name| !is_parameter(name)) else {
        return Ok(Some(members.clone()));
    };
    // Only a plan is an object itself; elsewhere the object was meant to name things.
    let takes_object = parameters.first().is_some_and(|first| first.name == "plan");
    if takes_object || base64::bytes(argument).is_some() {
        return Ok(None);
    }
    let message = format!(
        "state.{}: unknown parameter \"{stranger}\" — expected {}",
        method.name,
        method.signature()
    );
    Err(Failure::new(message))
}
