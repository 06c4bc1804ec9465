import StrictJSON
import Testing

private enum Intent: String, Codable, CaseIterable { case research, commercial = "for_profit" }

private struct Mark: RawRepresentable, Codable, Hashable {
    var rawValue: String
}

private struct Limits: Codable, Hashable {
    var requestsPerMinute: UInt32
    var burst: Int?
    var ratio: Double?

    enum CodingKeys: String, CodingKey {
        case requestsPerMinute = "requests_per_minute"
        case burst, ratio
    }
}

private struct Grant: Codable, Hashable {
    var name: String
    var intent: Intent
    var mark: Mark
    var isOpen: Bool
    var limits: Limits
    var tags: [String: Int]
    var stages: [Limits]
    var extra: JSONValue?
}

private enum Right: Codable, Hashable {
    case logprobs
    case pinned(until: Int)
}

@Suite("A Swift value as a document")
struct CodingTests {
    private let grant = Grant(
        name: "a", intent: .commercial, mark: Mark(rawValue: "mdl_1"), isOpen: true,
        limits: Limits(requestsPerMinute: 60, burst: nil, ratio: 0.5), tags: ["x": 1],
        stages: [Limits(requestsPerMinute: 1, burst: 2, ratio: nil)], extra: ["any": [1, nil]])

    private let text =
        #"{"extra":{"any":[1,null]},"intent":"for_profit","isOpen":true,"#
        + #""limits":{"ratio":0.5,"requests_per_minute":60},"mark":"mdl_1","name":"a","#
        + #""stages":[{"burst":2,"requests_per_minute":1}],"tags":{"x":1}}"#

    private func fault<T: Decodable>(_ type: T.Type, _ text: String) -> JSONCodingFault? {
        do {
            _ = try JSONValue(parsing: Array(text.utf8)).decoded(as: type)
            return nil
        } catch {
            return error as? JSONCodingFault
        }
    }

    @Test("leaves nil members out and reads back")
    func roundTrip() throws {
        let document = try JSONValue(encoding: self.grant)
        #expect(document.canonicalText == self.text)
        #expect(try document.decoded(as: Grant.self) == self.grant)
    }

    @Test("may be a single value, an array, a dictionary or nothing")
    func shapes() throws {
        #expect(try JSONValue(encoding: 5) == 5)
        #expect(try JSONValue(encoding: "a") == "a")
        #expect(try JSONValue(encoding: [1.5, 2]) == [1.5, 2])
        #expect(try JSONValue(encoding: ["k": [true]]) == ["k": [true]])
        #expect(try JSONValue(encoding: Int?.none) == nil)
        #expect(try JSONValue(encoding: [Int?.none, 1]) == [nil, 1])
        #expect(try JSONValue(encoding: [String: Int]()) == [:])
        #expect(try JSONValue(encoding: Intent.research) == "research")
        let rights: JSONValue = [["logprobs": [:]], ["pinned": ["until": 5]]]
        #expect(try JSONValue(encoding: [Right.logprobs, .pinned(until: 5)]) == rights)
        #expect(try rights.decoded(as: [Right].self) == [.logprobs, .pinned(until: 5)])
        let array: JSONValue = [1, nil, 3]
        #expect(try array.decoded(as: [Int?].self) == [1, nil, 3])
        #expect(try JSONValue.integer(3).decoded(as: UInt8.self) == 3)
        #expect(try JSONValue.integer(3).decoded(as: Double.self) == 3)
        #expect(try array.decoded(as: JSONValue.self) == array)
    }

    @Test(
        "names the field that is missing, misfit or out of range",
        arguments: [
            (#"{"ratio":1}"#, JSONCodingFault.Code.missingKey, "requests_per_minute", "is required"),
            (#"{"requests_per_minute":"60"}"#, .wrongType, "requests_per_minute", "must be an integer, not a string"),
            (#"{"requests_per_minute":1.5}"#, .wrongType, "requests_per_minute", "must be an integer, not a number"),
            (#"{"requests_per_minute":-1}"#, .invalidValue, "requests_per_minute", "must be from 0 to 4294967295"),
            (#"{"requests_per_minute":null}"#, .wrongType, "requests_per_minute", "must be an integer, not null"),
            (#"[]"#, .wrongType, "", "must be an object, not an array"),
        ])
    func faults(text: String, code: JSONCodingFault.Code, path: String, reason: String) {
        #expect(self.fault(Limits.self, text) == JSONCodingFault(code, path: path, reason: reason))
    }

    @Test("names fields by their whole path")
    func paths() {
        let inArray = self.text.replacing(#""burst":2"#, with: #""burst":true"#)
        #expect(self.fault(Grant.self, inArray)?.path == "stages[0].burst")
        let inObject = self.text.replacing("0.5", with: "[]")
        #expect(self.fault(Grant.self, inObject)?.path == "limits.ratio")
        let inDictionary = self.text.replacing(#""x":1"#, with: #""x":{}"#)
        #expect(self.fault(Grant.self, inDictionary)?.path == "tags.x")
    }

    @Test("lists the values that a closed field allows")
    func closedFields() {
        let fault = self.fault(Grant.self, self.text.replacing("for_profit", with: "fun"))
        #expect(fault == JSONCodingFault(.invalidValue, path: "intent", reason: "must be one of research, for_profit"))
    }

    @Test("refuses every key that the type did not ask for, with its path")
    func unknownKeys() throws {
        let text = self.text.replacing(#""burst":2"#, with: #""brust":2"#).replacing(
            #""name""#, with: #""nmae":1,"name""#)
        let fault = self.fault(Grant.self, text)
        #expect(fault?.code == .unknownKey)
        #expect(fault?.path == "nmae")
        #expect(fault?.unknownPaths == ["nmae", "stages[0].brust"])
        let value = try JSONValue(parsing: Array(text.utf8)).decoded(as: Grant.self, unknownKeys: .ignored)
        #expect(value.stages[0].burst == nil)
    }

    @Test("refuses unknown keys of a type without any")
    func emptyTypes() {
        struct Nothing: Decodable {}
        #expect(self.fault(Nothing.self, "{}") == nil)
        #expect(self.fault(Nothing.self, #"{"a":1}"#)?.path == "a")
        #expect(self.fault([Nothing].self, #"[{},{"a":1}]"#)?.path == "[1].a")
    }

    @Test("takes any keys where the type keeps a document or a dictionary")
    func openPlaces() {
        #expect(self.fault(Grant.self, self.text.replacing(#""any""#, with: #""b":{"c":1},"any""#)) == nil)
        #expect(self.fault(Grant.self, self.text.replacing(#""x":1"#, with: #""x":1,"y":2"#)) == nil)
    }

    @Test("cannot say what JSON has no words for")
    func unsayable() {
        #expect(throws: JSONCodingFault(.invalidValue, path: "a", reason: "must be a finite number")) {
            try JSONValue(encoding: ["a": Double.nan])
        }
        #expect(throws: JSONCodingFault(.invalidValue, path: "[1]", reason: "must fit a signed 64-bit integer")) {
            try JSONValue(encoding: [1, UInt64.max])
        }
    }

    @Test("passes the fault of a type's own reading on")
    func ownFaults() {
        struct Unwilling: Codable {
            struct Refusal: Error, CustomStringConvertible { var description: String { "must be red" } }
            init(from decoder: any Decoder) throws { throw Refusal() }
            func encode(to encoder: any Encoder) throws { throw Refusal() }
            init() {}
        }
        let refusal = JSONCodingFault(.invalidValue, path: "a[1]", reason: "must be red")
        #expect(self.fault([String: [Int?]].self, #"{"a":[1,"x"]}"#)?.path == "a[1]")
        #expect(self.fault([String: [Unwilling?]].self, #"{"a":[null,2]}"#) == refusal)
        #expect(throws: refusal) { try JSONValue(encoding: ["a": [nil, Unwilling()]]) }
        struct Picky: Decodable {
            init(from decoder: any Decoder) throws {
                let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "must be blue")
                throw DecodingError.dataCorrupted(context)
            }
        }
        #expect(
            self.fault([String: [Picky]].self, #"{"a":[1]}"#)
                == JSONCodingFault(.invalidValue, path: "a[0]", reason: "must be blue"))
    }
}
