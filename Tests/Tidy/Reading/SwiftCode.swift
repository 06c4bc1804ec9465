/// Tells code from comments and string literals: just enough of Swift's lexical structure for the rules.
enum SwiftCode {
    /// The same bytes with comments and string literals, their interpolations too, replaced by blanks.
    static func blanked(_ source: [UInt8]) -> [UInt8] {
        var reader = Reader(source: source)
        reader.readCode(untilClosingParenthesis: false)
        return reader.result
    }

    private struct Reader {
        let source: [UInt8]
        var result: [UInt8] = []
        var position = 0

        init(source: [UInt8]) {
            self.source = source
            self.result.reserveCapacity(source.count)
        }

        func peek(_ offset: Int = 0) -> UInt8 {
            self.position + offset < self.source.count ? self.source[self.position + offset] : 0
        }

        func starts(with text: StaticString, at offset: Int = 0) -> Bool {
            var index = 0
            return text.description.utf8.allSatisfy {
                defer { index += 1 }
                return self.peek(offset + index) == $0
            }
        }

        var isAtEnd: Bool { self.position >= self.source.count }

        mutating func keep() {
            self.result.append(self.source[self.position])
            self.position += 1
        }

        mutating func blank(_ count: Int = 1) {
            for _ in 0..<count where !self.isAtEnd {
                self.result.append(self.peek() == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
                self.position += 1
            }
        }

        /// Inside an interpolation all is blanked and the reader stops behind the closing parenthesis.
        mutating func readCode(untilClosingParenthesis isInterpolation: Bool) {
            var depth = 0
            while !self.isAtEnd {
                let byte = self.peek()
                if byte == UInt8(ascii: "/"), self.peek(1) == byte {
                    while !self.isAtEnd, self.peek() != UInt8(ascii: "\n") { self.blank() }
                } else if self.starts(with: "/*") {
                    self.readBlockComment()
                } else if let hashes = self.stringStart() {
                    self.readString(hashes: hashes)
                } else if isInterpolation {
                    if byte == UInt8(ascii: "(") { depth += 1 }
                    if byte == UInt8(ascii: ")") { depth -= 1 }
                    self.blank()
                    if depth == 0 { return }
                } else {
                    self.keep()
                }
            }
        }

        mutating func readBlockComment() {
            var depth = 0
            repeat {
                if self.starts(with: "/*") {
                    depth += 1
                    self.blank(2)
                } else if self.starts(with: "*/") {
                    depth -= 1
                    self.blank(2)
                } else {
                    self.blank()
                }
            } while depth > 0 && !self.isAtEnd
        }

        /// The number of `#` before a quotation mark that opens a string here.
        func stringStart() -> Int? {
            var hashes = 0
            while self.peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
            return self.peek(hashes) == UInt8(ascii: "\"") ? hashes : nil
        }

        func hasHashes(_ count: Int, at offset: Int) -> Bool {
            (0..<count).allSatisfy { self.peek(offset + $0) == UInt8(ascii: "#") }
        }

        mutating func readString(hashes: Int) {
            self.blank(hashes)
            let quotes = self.starts(with: "\"\"\"") ? 3 : 1
            self.blank(quotes)
            while !self.isAtEnd {
                if self.peek() == UInt8(ascii: "\\"), self.hasHashes(hashes, at: 1) {
                    self.blank(1 + hashes)
                    if self.peek() == UInt8(ascii: "(") {
                        self.readCode(untilClosingParenthesis: true)
                    } else {
                        self.blank()
                    }
                } else if quotes == 3 ? self.starts(with: "\"\"\"") : self.peek() == UInt8(ascii: "\""),
                    self.hasHashes(hashes, at: quotes)
                {
                    self.blank(quotes + hashes)
                    return
                } else if quotes == 1, self.peek() == UInt8(ascii: "\n") {
                    return  // not a string after all; a line never holds half of one
                } else {
                    self.blank()
                }
            }
        }
    }
}
