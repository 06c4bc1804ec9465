import ReleaseModel

/// A key in a file: one line, for its owner alone.
enum KeyFile {
    /// Reads the key of a file. What is wrong is told without a letter of it.
    static func read(_ path: String) throws(CommandFault) -> KeyText {
        let bytes = try LocalFile.bytes(path)
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        var text = bytes.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        guard let key = KeyText(text) else {
            throw CommandFault(
                .usage,
                "\(path) does not hold a key: one line such as slp_… of \(KeyText.length) characters, and nothing else")
        }
        return key
    }

    /// Writes a key into a new file that only its owner can read.
    static func create(_ path: String, _ key: KeyText) throws(CommandFault) {
        try LocalFile.create(path, key.secretText + [UInt8(ascii: "\n")])
    }
}

extension KeyText {
    /// The whole key as text, for its holder.
    var text: String { String(decoding: self.secretText, as: UTF8.self) }
}
