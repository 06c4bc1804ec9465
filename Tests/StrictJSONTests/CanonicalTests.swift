import StrictJSON
import Testing

@Suite("Canonical JSON (RFC 8785)")
struct CanonicalTests {
    private func canonical(_ text: String) throws -> String {
        try JSONValue(parsing: Array(text.utf8)).canonicalText
    }

    @Test("writes the RFC's own example as the RFC does")
    func example() throws {
        let input = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try self.canonical(input) == expected)
    }

    @Test("sorts keys by UTF-16 code units, not by scalars")
    func sorting() throws {
        let input = #"""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """#
        let value = try JSONValue(parsing: Array(input.utf8))
        let order = [
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ]
        let places = order.map { name in value.canonicalText.firstRange(of: name)?.lowerBound }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }

    @Test("is what a writer writes that is given the members in their order")
    func writer() throws {
        var writer = CanonicalWriter()
        writer.object { object in
            object.name("array")
            object.array { array in
                for number in [0, -1, 9, 10, Int64.max, .min] { array.integer(number) }
                array.array { _ in }
                array.object { _ in }
            }
            object.name("text")
            object.string("a\"\\\n\u{1}\u{E9}\u{1F600}")
            object.name("yes")
            object.yes()
        }
        let document: JSONValue = [
            "yes": true, "text": "a\"\\\n\u{1}\u{E9}\u{1F600}",
            "array": [0, -1, 9, 10, .integer(.max), .integer(.min), [], [:]],
        ]
        #expect(writer.bytes == document.canonical)
    }

    @Test("sorts keys as their UTF-16 does, whatever scalars they are of")
    func orderOfScalars() {
        var generator = TestRandom(seed: 0x16)
        let scalars = "a~\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFD}\u{FFFF}\u{10000}\u{10FFFF}\u{1F600}"
            .unicodeScalars
        for _ in 0..<500 {
            let keys = Set(
                (0..<6).map { _ in
                    String(
                        String.UnicodeScalarView((0..<3).compactMap { _ in scalars.randomElement(using: &generator) }))
                })
            let object = JSONValue.object(.init(uniqueKeysWithValues: keys.map { ($0, .null) }))
            let sorted = keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            var expected: [UInt8] = []
            for key in sorted {
                expected.append(UInt8(ascii: expected.isEmpty ? "{" : ","))
                JSONValue.appendQuoted(key, to: &expected)
                expected += ":null".utf8
            }
            #expect(object.canonical == expected + [UInt8(ascii: "}")])
        }
    }

    @Test(
        "writes numbers as ECMAScript does",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, text: String) throws {
        #expect(JSONValue.double(Double(bitPattern: bits)).canonicalText == text)
    }

    @Test("writes integers beyond 2^53 as they are")
    func integers() throws {
        #expect(
            try self.canonical("[9007199254740993,-9223372036854775808]") == "[9007199254740993,-9223372036854775808]")
    }

    @Test(
        "has one text for every spelling of a number",
        arguments: [
            ("1.0", "1"), ("1e0", "1"), ("10e-1", "1"), ("-0", "0"), ("-0.0", "0"), ("1e17", "100000000000000000"),
            ("0.10", "0.1"),
            ("1e21", "1e+21"), ("100e-9", "1e-7"), ("123456789012345680000", "123456789012345680000"),
        ])
    func spellings(input: String, text: String) throws {
        #expect(try self.canonical(input) == text)
        #expect(try JSONValue(parsing: Array(input.utf8)) == JSONValue(parsing: Array(text.utf8)))
    }

    @Test("escapes only what must be escaped")
    func escapes() throws {
        let text =
            String(String.UnicodeScalarView((0..<0x21).compactMap { Unicode.Scalar($0) })) + "\"\\/\u{7F}\u{2028}é"
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013"#
            + #"\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \"\\/"# + "\u{7F}\u{2028}é\""
        #expect(JSONValue.string(text).canonicalText == expected)
    }

    @Test("reads back as the value it was written from", arguments: 0..<40 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<50 {
            let value = random.value()
            let canonical = value.canonical
            #expect(try JSONValue(parsing: canonical) == value, "seed \(seed)")
            let spelling = random.spelling(of: value)
            #expect(try JSONValue(parsing: Array(spelling.utf8)).canonical == canonical, "seed \(seed): \(spelling)")
        }
    }

    @Test(
        "writes every double so that it reads back, and never longer than its description",
        arguments: 0..<20 as Range<UInt64>)
    func doubles(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<2000 {
            let value = random.double()
            let text = JSONValue.double(value).canonicalText
            #expect(Double(text) == value, "seed \(seed): \(value)")
            #expect(!text.contains(".") || !text.hasSuffix("0") || text.contains("e"), "seed \(seed): \(text)")
        }
    }
}
