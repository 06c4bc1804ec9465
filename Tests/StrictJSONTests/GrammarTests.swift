import StrictJSON
import Testing

/// One text and what must come of it.
struct GrammarCase: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var reason: JSONFault.Reason?

    var testDescription: String { self.name }

    init(_ name: String, _ text: String, _ reason: JSONFault.Reason? = nil) {
        self.init(name, bytes: Array(text.utf8), reason)
    }

    init(_ name: String, bytes: [UInt8], _ reason: JSONFault.Reason? = nil) {
        self.name = name
        self.bytes = bytes
        self.reason = reason
    }
}

@Suite("A strict JSON scan")
struct GrammarTests {
    @Test("accepts every text of the grammar", arguments: GrammarCase.accepted)
    func accepts(_ item: GrammarCase) throws {
        _ = try JSONValue(parsing: item.bytes)
    }

    @Test("refuses every other text with its reason", arguments: GrammarCase.refused)
    func refuses(_ item: GrammarCase) {
        let fault = #expect(throws: JSONFault.self) { try JSONValue(parsing: item.bytes) }
        #expect(fault?.reason == item.reason)
        #expect((0...item.bytes.count).contains(fault?.offset ?? -1))
    }

    @Test("refuses every beginning of a text that ends in its middle")
    func refusesPrefixes() {
        let text = Array(#"{"a":[1,-2.5e+3,"é\u00e9\ud83d\ude00",true,false,null,{"b":{}}]}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONFault.self) { try JSONValue(parsing: Array(text[..<length])) }
        }
    }

    @Test(
        "says where the fault is",
        arguments: [
            (#"{"a":1,"b":2,"a":3}"#, 13, JSONFault.Reason.duplicateKey),
            (#"[1,2,]"#, 4, .trailingComma),
            (#"{"a":1 ,  }"#, 7, .trailingComma),
            (#"[1] x"#, 4, .trailingData),
            (#"["a\x"]"#, 3, .badEscape),
            (#"["a\ud800"]"#, 3, .loneSurrogate),
            (#"[1, 01]"#, 4, .badNumber),
            (#"[1, "#, 4, .unexpectedEnd),
            (#"{"a" 1}"#, 5, .unexpectedByte),
            ("[\"a\u{1}\"]", 3, .controlCharacter),
        ])
    func locates(text: String, offset: Int, reason: JSONFault.Reason) {
        #expect(throws: JSONFault(reason, at: offset)) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("gives every reason a stable name and one sentence")
    func describes() {
        for reason in JSONFault.Reason.allCases {
            #expect(reason.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" })
            #expect(JSONFault(reason, at: 7).description.hasSuffix("(byte 7)"))
        }
    }
}
