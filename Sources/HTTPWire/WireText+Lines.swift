extension WireText {
    /// Calls `body` with what an answer's head, as ``HeadWriter`` writes it, says in HTTP/2's terms: `:status`, then
    /// each field with its name in lower case (RFC 9113 §8.2, §8.3.2). The empty line at the end may be missing.
    public func forEachLine(_ body: (_ name: String, _ value: String) -> Void) {
        // `HTTP/1.1 200 …`: three digits from the tenth byte on.
        guard self.bytes.count > 12 else { return }
        body(":status", String(decoding: self.bytes[9..<12], as: UTF8.self))
        var start = (self.bytes.firstIndex(of: Octet.lineFeed) ?? self.bytes.count) + 1
        while start < self.bytes.count, let end = self.bytes[start...].firstIndex(of: Octet.carriageReturn) {
            if let colon = self.bytes[start..<end].firstIndex(of: Octet.colon) {
                let name = self.bytes[start..<colon].lazy.map(Octet.lowercased)
                let value = self.bytes[(colon + 1)..<end].drop(while: Octet.isWhitespace)
                body(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
            }
            start = end + 2
        }
    }
}
