extension JSONScanner {
    /// Reads a number (RFC 8259 §6): no leading zeros, no plus sign, digits on both sides of a point.
    mutating func scanNumber(in bytes: Span<UInt8>) throws(JSONFault) {
        let start = self.position
        var index = start
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let digits = index
        index = Self.endOfDigits(in: bytes, from: index)
        guard index > digits, index == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
            throw JSONFault(.badNumber, at: start)
        }
        var isWhole = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isWhole = false
            let fraction = index + 1
            index = Self.endOfDigits(in: bytes, from: fraction)
            guard index > fraction else { throw JSONFault(.badNumber, at: start) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            let exponent = index
            index = Self.endOfDigits(in: bytes, from: exponent)
            guard index > exponent else { throw JSONFault(.badNumber, at: start) }
        }
        self.lowerBound = start
        self.upperBound = index
        self.position = index
        self.isWhole = isWhole
    }

    /// The last number if it is whole and fits.
    public func integer(in bytes: Span<UInt8>) -> Int64? {
        guard self.isWhole else { return nil }
        var index = self.lowerBound
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var value: Int64 = 0
        while index < self.upperBound {
            let digit = Int64(bytes[index] - UInt8(ascii: "0"))
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            if tooLarge || overflow { return nil }
            value = sum
            index += 1
        }
        return value
    }

    /// The last number, rounded to the nearest double; nil if it is beyond the largest.
    public func double(in bytes: Span<UInt8>) -> Double? {
        var literal: [UInt8] = []
        for index in self.lowerBound..<self.upperBound { literal.append(bytes[index]) }
        guard let value = Double(String(decoding: literal, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    @inline(__always)
    private static func endOfDigits(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index
    }
}
