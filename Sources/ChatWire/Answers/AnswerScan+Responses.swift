import StrictJSON

/// OpenAI's responses: the object itself, or an event that holds it as it stands.
extension AnswerScan {
    mutating func readResponse(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            switch (key, token) {
            case (.type, .string): self.readEventType(bytes)
            case (.response, .objectStart): try self.readResponse(bytes)
            case (.model, .string): self.facts.places.model = self.textRange
            case (.id, .string): self.facts.places.answer = self.textRange
            case (.previousResponse, .string): self.facts.places.previous = self.textRange
            case (.usage, .objectStart): try self.readUsage(bytes)
            case (.status, .string): self.readStatus(self.scanner.text(in: bytes))
            case (.incompleteDetails, .objectStart): try self.readIncompletion(bytes)
            case (.output, .arrayStart): try self.readOutput(bytes)
            case (.error, _): try self.readError(token, bytes)
            case (.sequenceNumber, .number):
                self.facts.sequence = self.scanner.integer(in: bytes).flatMap(Int.init(exactly:))
            default: try self.scanner.skip(token, in: bytes)
            }
        }
    }

    /// Only the events of a response's last state end its stream, and only deltas carry new text.
    private mutating func readEventType(_ bytes: Span<UInt8>) {
        if self.hasTextSuffix(".delta", in: bytes) {
            self.facts.kind = .content
            self.facts.hasContent = true
            if self.scanner.isText("response.refusal.delta", in: bytes) { self.facts.saysRefusal = true }
        } else if self.scanner.isText("response.completed", in: bytes)
            || self.scanner.isText("response.incomplete", in: bytes)
            || self.scanner.isText("response.failed", in: bytes)
        {
            self.facts.kind = .end
        } else if self.scanner.isText("error", in: bytes) {
            self.facts.kind = .error
            self.facts.hasError = true
        }
    }

    private func hasTextSuffix(_ suffix: StaticString, in bytes: Span<UInt8>) -> Bool {
        let start = self.scanner.upperBound - suffix.utf8CodeUnitCount
        guard start >= self.scanner.lowerBound else { return false }
        for index in 0..<suffix.utf8CodeUnitCount
        where unsafe bytes[start + index] != suffix.utf8Start[index] { return false }
        return true
    }

    /// A status says why the response ended, unless what it lacks says it better. One that is still written has none.
    private mutating func readStatus(_ status: String) {
        guard self.facts.finishReason == nil, status != "in_progress", status != "queued" else { return }
        self.facts.finishReason = status
    }

    private mutating func readIncompletion(_ bytes: Span<UInt8>) throws(JSONFault) {
        while let (key, token) = try self.member(bytes) {
            if key == .reason, token == .string {
                let reason = self.scanner.text(in: bytes)
                self.facts.finishReason = reason
                if reason == "content_filter" { self.facts.saysRefusal = true }
            }
            try self.scanner.skip(token, in: bytes)
        }
    }

    /// What was written: a part of type `refusal` says that the model declined.
    private mutating func readOutput(_ bytes: Span<UInt8>) throws(JSONFault) {
        while case let token = try self.scanner.next(in: bytes), token != .arrayEnd {
            guard token == .objectStart else {
                try self.scanner.skip(token, in: bytes)
                continue
            }
            while let (key, token) = try self.member(bytes) {
                if key == .content, token == .arrayStart {
                    try self.readParts(bytes)
                } else {
                    try self.scanner.skip(token, in: bytes)
                }
            }
        }
    }

    private mutating func readParts(_ bytes: Span<UInt8>) throws(JSONFault) {
        while case let token = try self.scanner.next(in: bytes), token != .arrayEnd {
            guard token == .objectStart else {
                try self.scanner.skip(token, in: bytes)
                continue
            }
            while let (key, token) = try self.member(bytes) {
                if key == .type, token == .string, self.scanner.isText("refusal", in: bytes) {
                    self.facts.saysRefusal = true
                }
                try self.scanner.skip(token, in: bytes)
            }
        }
    }
}
