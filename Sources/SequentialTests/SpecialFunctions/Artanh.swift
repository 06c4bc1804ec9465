/// The inverse hyperbolic tangent near 0, where logarithms of numbers near 1 are read from it.
enum Artanh {
    /// (artanh v − v)/v³ as a function of v², exact to the last places for v² ≤ 1/49.
    @inline(__always)
    static func rest(_ square: Double) -> Double {
        var sum = 1.0 / 21
        sum = sum * square + 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        return sum
    }
}

extension Double {
    /// ln(1 + x); for |x| ≤ ¼ without a call, which is what most nodes of an integral ask for.
    @inline(__always)
    static func log(nearOne x: Double) -> Double {
        guard abs(x) <= 0.25 else { return .log(onePlus: x) }
        let v = x / (2 + x)
        let square = v * v
        return 2 * v + 2 * v * square * Artanh.rest(square)
    }
}
