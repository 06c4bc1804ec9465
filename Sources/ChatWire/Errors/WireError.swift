public import NIOCore
public import StrictJSON

/// A refusal or failure as the caller's own SDK shows it.
///
/// The status decides which exception an SDK raises and whether it retries; the message is all that most people
/// see, so it says the cause and what to do.
public struct WireError: Error, Hashable, Sendable {
    /// The answer's HTTP status.
    public var status: Int
    /// A stable word that programs match on, as in `stage_not_open`.
    public var code: String
    /// The cause and what to do, for people.
    public var message: String
    /// The request's field at fault, as in `messages[2].role`.
    public var param: String?
    /// More for programs, beside the code; Anthropic's shape has a place for it, OpenAI's has not.
    public var details: [String: JSONValue]?

    /// An error with its status, its word for programs and its message for people.
    public init(
        status: Int, code: String, message: String, param: String? = nil, details: [String: JSONValue]? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.details = details
    }

    /// The refusal of a body that cannot be served.
    public init(_ fault: BodyFault) {
        self.init(status: fault.status, code: fault.code.rawValue, message: fault.message, param: fault.param)
    }

    /// The error's `type` in each API, which follows from the status.
    public func type(format: WireFormat) -> String {
        switch (format, self.status) {
        case (_, 401): "authentication_error"
        case (_, 403): "permission_error"
        case (.openAI, 429): self.code == "insufficient_quota" ? "insufficient_quota" : "rate_limit_error"
        case (.openAI, 500...): "server_error"
        case (.openAI, _): "invalid_request_error"
        case (.anthropic, 402): "billing_error"
        case (.anthropic, 404): "not_found_error"
        case (.anthropic, 408), (.anthropic, 504): "timeout_error"
        case (.anthropic, 409): "conflict_error"
        case (.anthropic, 429): "rate_limit_error"
        case (.anthropic, 503), (.anthropic, 529): "overloaded_error"
        case (.anthropic, 500...): "api_error"
        case (.anthropic, _): "invalid_request_error"
        }
    }

    /// The body of the answer, in the API's own shape.
    public func body(format: WireFormat, requestID: String) -> ByteBuffer {
        ByteBuffer(bytes: self.text(format: format, requestID: requestID))
    }

    /// The same as an event, for a stream that has begun and can no longer change its status.
    ///
    /// All SDKs raise their error for it. Whoever sends it after half an event ends that first, with an empty line.
    ///
    /// - Parameter sequence: the event's number in the stream of a response, which counts them.
    public func event(call: ModelCall, requestID: String, sequence: Int = 0) -> ByteBuffer {
        let isNamed = call.format == .anthropic || call.shape == .response
        var event = ByteBuffer(string: isNamed ? "event: error\ndata: " : "data: ")
        event.writeBytes(
            call.shape == .response
                ? self.responseEvent(sequence) : self.text(format: call.format, requestID: requestID))
        event.writeStaticString("\n\n")
        return event
    }

    /// The `error` event of a response's stream, with the member besides for which the SDKs raise.
    private func responseEvent(_ sequence: Int) -> [UInt8] {
        var writer = MemberWriter()
        writer.add("type", "error")
        writer.add("sequence_number", .integer(Int64(sequence)))
        self.addMembers(to: &writer, withType: false)
        writer.open("error")
        self.addMembers(to: &writer, withType: true)
        writer.close()
        return writer.finished()
    }

    private func addMembers(to writer: inout MemberWriter, withType: Bool) {
        writer.add("message", .string(self.message))
        if withType { writer.add("type", .string(self.type(format: .openAI))) }
        writer.add("param", self.param.map(JSONValue.string) ?? .null)
        writer.add("code", .string(self.code))
    }

    private func text(format: WireFormat, requestID: String) -> [UInt8] {
        var writer = MemberWriter()
        switch format {
        case .openAI:
            writer.open("error")
            self.addMembers(to: &writer, withType: true)
            writer.close()
        case .anthropic:
            var details = self.details ?? [:]
            details["error_code"] = .string(self.code)
            if let param = self.param { details["param"] = .string(param) }
            writer.add("type", "error")
            writer.open("error")
            writer.add("type", .string(self.type(format: format)))
            writer.add("message", .string(self.message))
            writer.add("details", .object(details))
            writer.close()
            writer.add("request_id", .string(requestID))
        }
        return writer.finished()
    }
}
