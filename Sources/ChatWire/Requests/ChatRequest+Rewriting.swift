public import NIOCore
import StrictJSON

extension ChatRequest {
    /// The body for the upstream: with its own name of the model, with `max_tokens` where there is a bound and the
    /// caller named none, and, for an OpenAI stream when asked, with `stream_options.include_usage` true.
    ///
    /// Nothing else changes, not a byte; and if nothing changes at all, the same buffer comes back. The body must be
    /// the one that was scanned.
    public func rewritten(
        _ body: ByteBuffer, model: String, requestingUsage: Bool, outputBound: Int? = nil
    ) -> ByteBuffer {
        var splices: [Splice] = []
        if !model.utf8.elementsEqual(self.model.utf8) {
            var quoted: [UInt8] = []
            JSONValue.appendQuoted(model, to: &quoted)
            splices.append(Splice(range: self.modelRange, bytes: quoted))
        }
        if requestingUsage && self.format == .openAI && self.stream && !self.includesUsage {
            splices.append(self.usageSplice)
        }
        if let outputBound, self.maximumOutputTokens == nil {
            splices.append(
                self.nullMaximum.map { Splice(range: $0, bytes: Array("\(outputBound)".utf8)) }
                    ?? Splice(
                        range: self.membersStart..<self.membersStart,
                        bytes: Array("\"max_tokens\":\(outputBound),".utf8)))
        }
        if splices.isEmpty { return body }
        splices.sort { $0.range.lowerBound < $1.range.lowerBound }

        let added = splices.reduce(0) { $0 + $1.bytes.count }
        var output = ByteBufferAllocator().buffer(capacity: body.readableBytes + added)
        var start = 0
        for splice in splices {
            output.writeImmutableBuffer(body.slice(start..<splice.range.lowerBound))
            output.writeBytes(splice.bytes)
            start = splice.range.upperBound
        }
        output.writeImmutableBuffer(body.slice(start..<body.readableBytes))
        return output
    }

    /// Bytes that take the place of a range of the body.
    private struct Splice {
        var range: Range<Int>
        var bytes: [UInt8]
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
}

extension ByteBuffer {
    /// The readable bytes at these places, counted from the first; empty if they are not all there.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
