public import NIOCore
public import ReleaseModel
import StrictJSON

/// What an upstream calls a model, with the bytes that stand in bodies: written once for all of them.
public struct UpstreamModel: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The name as a string of JSON.
    let quoted: [UInt8]

    /// A name of any letters.
    public init(_ name: String) {
        self.name = name
        self.quoted = ChatRequest.quoted(name)
    }
}

extension ChatRequest {
    /// What the upstream is told in place of what the caller said.
    public struct Rewriting: Hashable, Sendable {
        /// The upstream's own name of the model.
        public var model: UpstreamModel
        /// The upstream's own name of the answer that the request goes on from.
        public var previous: String?
        /// Whether the upstream is asked to count the tokens of a stream.
        public var requestsUsage: Bool
        /// The longest answer, where the caller named none.
        public var outputBound: Int?
        /// Fields that are taken out.
        public var stripped: GuardedFields

        /// What to change; the name of the model at least.
        public init(
            model: UpstreamModel, previous: String? = nil, requestsUsage: Bool = true, outputBound: Int? = nil,
            stripped: GuardedFields = []
        ) {
            self.model = model
            self.previous = previous
            self.requestsUsage = requestsUsage
            self.outputBound = outputBound
            self.stripped = stripped
        }

        /// The same, for a model whose name is needed once.
        public init(
            model: String, previous: String? = nil, requestsUsage: Bool = true, outputBound: Int? = nil,
            stripped: GuardedFields = []
        ) {
            self.init(
                model: UpstreamModel(model), previous: previous, requestsUsage: requestsUsage,
                outputBound: outputBound, stripped: stripped)
        }
    }

    /// The body for the upstream, in a buffer of its own: see ``spliced(_:_:)``.
    public func rewritten(_ body: ByteBuffer, _ rewriting: Rewriting) -> ByteBuffer {
        let spliced = self.spliced(body, rewriting)
        var output = ByteBufferAllocator().buffer(capacity: spliced.count)
        spliced.write(to: &output)
        output.writeImmutableBuffer(spliced.end)
        return output
    }

    /// The body for the upstream, to be sent behind its head.
    ///
    /// Nothing else changes, not a byte. The body must be the one that was scanned.
    public func spliced(_ body: ByteBuffer, _ rewriting: Rewriting) -> SplicedBody {
        var splices: [Splice] = []
        if !rewriting.model.name.utf8.span.equals(self.model.utf8.span) {
            splices.append(Splice(range: self.modelRange, bytes: rewriting.model.quoted))
        }
        if let previous = rewriting.previous, self.previous != nil {
            splices.append(Splice(range: self.previousRange, bytes: Self.quoted(previous)))
        }
        if rewriting.requestsUsage && self.call.hasUsageOption && self.stream && !self.includesUsage {
            splices.append(self.usageSplice)
        }
        if let bound = rewriting.outputBound, self.maximumOutputTokens == nil, let field = self.call.boundField {
            splices.append(
                self.nullMaximum.map { Splice(range: $0, bytes: Array("\(bound)".utf8)) }
                    ?? Splice(
                        range: self.membersStart..<self.membersStart, bytes: Array("\"\(field)\":\(bound),".utf8)))
        }
        if !rewriting.stripped.isEmpty { splices += self.removals(of: rewriting.stripped) }
        return SplicedBody(body, splices)
    }

    fileprivate static func quoted(_ text: String) -> [UInt8] {
        var quoted: [UInt8] = []
        JSONValue.appendQuoted(text, to: &quoted)
        return quoted
    }

    private var usageSplice: Splice {
        switch self.usagePlace {
        case .absent(let brace):
            // The body has a model, so something follows.
            Splice(range: brace..<brace, bytes: Array(#""stream_options":{"include_usage":true},"#.utf8))
        case .null(let range): Splice(range: range, bytes: Array(#"{"include_usage":true}"#.utf8))
        case .object(let brace, let isEmpty):
            Splice(range: brace..<brace, bytes: Array(#""include_usage":true\#(isEmpty ? "" : ",")"#.utf8))
        case .member(let range): Splice(range: range, bytes: Array("true".utf8))
        }
    }

    /// Takes members out, each with one comma: the one before it, or, where nothing is left before it, the one after.
    private func removals(of stripped: GuardedFields) -> [Splice] {
        // The body has a model, so a member without anything left before it has something after it.
        var edge = self.membersStart
        return self.guardedMembers.filter { stripped.contains(GuardedFields($0.field)) }.map { member in
            guard member.previousEnd == edge, let next = member.nextKey else {
                return Splice(range: member.previousEnd..<member.range.upperBound, bytes: [])
            }
            edge = member.range.upperBound
            return Splice(range: member.range.lowerBound..<next, bytes: [])
        }
    }
}
