import HTTPWire
import NIOCore
import StrictJSON

/// One request to the control API.
struct ControlRequest: Hashable, Sendable {
    var method: HTTPMethod
    /// The path, from `/v1` on; percent-encoded where it needs to be.
    var path: String
    /// The parameters behind the question mark, as text that is not encoded yet.
    var query: [(name: String, value: String)]
    var body: JSONValue?
    /// A file in place of a document.
    var file: [UInt8]?
    /// Makes a repeat of the request get the first one's answer.
    var idempotencyKey: String?

    static func get(_ path: String, _ query: [(name: String, value: String)] = []) -> ControlRequest {
        ControlRequest(method: .get, path: path, query: query)
    }

    static func post(
        _ path: String, _ query: [(name: String, value: String)] = [], _ body: JSONValue, idempotencyKey: String
    ) -> ControlRequest {
        ControlRequest(method: .post, path: path, query: query, body: body, idempotencyKey: idempotencyKey)
    }

    static func put(_ path: String, file: [UInt8]) -> ControlRequest {
        var request = ControlRequest(method: .put, path: path, query: [])
        request.file = file
        return request
    }

    init(
        method: HTTPMethod, path: String, query: [(name: String, value: String)], body: JSONValue? = nil,
        idempotencyKey: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.idempotencyKey = idempotencyKey
    }

    /// Whether it may be sent a second time when the first answer was lost.
    ///
    /// What decides something carries an idempotency key that the server keeps; nothing else that is posted is known to
    /// it.
    var isRepeatable: Bool {
        if self.method.isIdempotent { return true }
        let decides = ["/v1/commands", "/v1/plans", "/v1/drills"].contains(self.path)
        return self.idempotencyKey != nil && (decides || self.path.hasPrefix("/v1/rollouts/"))
    }

    /// Path and parameters, as the request line has them.
    var target: String {
        let pairs = self.query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return self.path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// The whole request as bytes.
    func bytes(to server: ServerAddress, key: String?) -> ByteBuffer {
        let body = self.file ?? self.body?.canonical
        var head = WireText()
        HeadWriter.request(self.method, target: server.prefix + self.target, to: &head)
        HeadWriter.field("Host", server.authority, to: &head)
        HeadWriter.field("Accept", "application/json, application/problem+json", to: &head)
        HeadWriter.field("User-Agent", "sluice", to: &head)
        HeadWriter.field("Connection", "close", to: &head)
        if let key { HeadWriter.field("Authorization", "Bearer \(key)", to: &head) }
        if let idempotencyKey { HeadWriter.field("Idempotency-Key", idempotencyKey, to: &head) }
        if let body {
            let mediaType = self.file == nil ? "application/json" : "application/octet-stream"
            HeadWriter.field("Content-Type", mediaType, to: &head)
            HeadWriter.field("Content-Length", body.count, to: &head)
        }
        HeadWriter.endOfHead(to: &head)
        return ByteBuffer(head, ByteBuffer(bytes: body ?? []))
    }

    static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.method == rhs.method && lhs.target == rhs.target && lhs.body == rhs.body
            && lhs.file == rhs.file && lhs.idempotencyKey == rhs.idempotencyKey
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.method)
        hasher.combine(self.target)
        hasher.combine(self.body)
        hasher.combine(self.file)
        hasher.combine(self.idempotencyKey)
    }
}

/// A whole answer of the control API.
struct ControlAnswer: Hashable, Sendable {
    var status: Int
    var mediaType: String
    var body: [UInt8]
}

/// Percent-encoding of the parts of a target (RFC 3986 §2.1): everything but the unreserved characters.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
