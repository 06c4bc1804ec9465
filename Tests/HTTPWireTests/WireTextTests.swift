import HTTPWire
import SluiceTesting
import Testing

@Suite("A wire text")
struct WireTextTests {
    @Test("writes every number as Swift does")
    func numbers() {
        var generator = SeededGenerator(seed: 0x7E57)
        var numbers = [0, -1, .min, .max]
        var power = 1
        for _ in 0..<18 {
            power *= 10
            numbers += [power - 1, power, power + 1, -power]
        }
        for _ in 0..<2_000 {
            numbers.append(Int(truncatingIfNeeded: generator.next() >> UInt64.random(in: 0..<64, using: &generator)))
        }
        var text = WireText()
        for number in numbers {
            text.decimal(number)
            text.literal(" ")
        }
        let expected = numbers.map { "\($0) " }.joined()
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test("writes sixteen digits of a number in lower case")
    func digits() {
        var text = WireText()
        for number in [0, 1, 0xABCD_EF01_2345_6789, .max] as [UInt64] { text.hexadecimal(number) }
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == "00000000000000000000000000000001abcdef0123456789ffffffffffffffff")
    }

    @Test("is what was written, piece after piece, whatever room it had and what it held before")
    func pieces() {
        var generator = SeededGenerator(seed: 0x7E58)
        var used = WireText()
        for _ in 0..<200 {
            var (fresh, expected) = (WireText(capacity: Int.random(in: 0...64, using: &generator)), [UInt8]())
            used.removeAll()
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                let piece = (0..<Int.random(in: 0...70, using: &generator)).map { _ in
                    UInt8.random(in: 0x20...0x7E, using: &generator)
                }
                expected += piece
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: for byte in piece { fresh.byte(byte) }
                case 1: fresh.text(String(decoding: piece, as: UTF8.self))
                default: fresh.span(piece.span)
                }
                used.span(piece.span)
            }
            #expect(fresh.bytes == expected)
            #expect(fresh == used && fresh.hashValue == used.hashValue)
            #expect(fresh.count == expected.count)
            var longer = fresh
            longer.literal("x")
            #expect(longer != fresh)
        }
    }
}
