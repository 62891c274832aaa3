//! The transcendental functions, from one place.
//!
//! `f64::exp` and its like call the platform's mathematics library and may differ in the last bit
//! between machines and between build profiles; the `libm` firesale computes the same bits everywhere.
//! `.clippy.toml` forbids the methods outside this file. Square root is exact by IEEE 754 and needs
//! no stand-in.

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power of `exponent`.
pub fn powf(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// The hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The error function's complement, from which the normal distribution comes.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}
