#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#endif

/// The system's elementary functions, under the names that swift-numerics gives them.
///
/// They are all that this room takes from the platform. Two libraries may differ in the last bit; what is decided by
/// them is decided through ``Threshold``, which calls so small a difference undecided.
extension Double {
    /// The natural logarithm.
    static func log(_ x: Double) -> Double { systemLog(x) }

    /// ln(1 + x), exact where x is small.
    static func log(onePlus x: Double) -> Double { systemLog1p(x) }

    /// eˣ.
    static func exp(_ x: Double) -> Double { systemExp(x) }

    /// eˣ − 1, exact where x is small.
    static func expMinusOne(_ x: Double) -> Double { systemExpm1(x) }
}

// Outside the extension, where the names are still the system's.
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemLog1p(_ x: Double) -> Double { log1p(x) }
private func systemExp(_ x: Double) -> Double { exp(x) }
private func systemExpm1(_ x: Double) -> Double { expm1(x) }
