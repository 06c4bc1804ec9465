extension WireText {
    /// Calls `body` with what an answer's head, as ``HeadWriter`` writes it, says in HTTP/2's terms: `:status`, then
    /// each field with its name in lower case (RFC 9113 §8.2, §8.3.2). The empty line at the end may be missing.
    public func forEachLine(_ body: (_ name: String, _ value: String) -> Void) {
        // `HTTP/1.1 200 …`: three digits from the tenth byte on.
        guard self.count > 12 else { return }
        let bytes = self.bytes
        body(":status", String(decoding: bytes[9..<12], as: UTF8.self))
        var start = (bytes.firstIndex(of: Octet.lineFeed) ?? bytes.count) + 1
        while start < bytes.count, let end = bytes[start...].firstIndex(of: Octet.carriageReturn) {
            if let colon = bytes[start..<end].firstIndex(of: Octet.colon) {
                let name = bytes[start..<colon].lazy.map(Octet.lowercased)
                let value = bytes[(colon + 1)..<end].drop(while: Octet.isWhitespace)
                body(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
            }
            start = end + 2
        }
    }
}
