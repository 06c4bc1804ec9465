import Foundation

/// Links between pages, which must lead somewhere.
enum Links {
    /// Relative links of a page whose target is not there.
    static func broken(_ page: TextFile, paths: Set<String>, pages: [String: TextFile]) -> [Violation] {
        self.targets(in: page).compactMap { target, line in
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let relative = parts[0].removingPercentEncoding ?? String(parts[0])
            guard let path = relative.isEmpty ? page.path : self.resolve(relative, from: page.folder) else {
                return page.violation(line, "links to \(target), which is outside the repository")
            }
            guard path.isEmpty || paths.contains(path) else {
                return page.violation(line, "links to \(target), which is not there")
            }
            guard parts.count == 2, let other = pages[path] else { return nil }
            return self.anchors(of: other).contains(String(parts[1]))
                ? nil : page.violation(line, "links to \(target), but \(path) has no such heading")
        }
    }

    /// What a page links to, outside code, and in which line. Addresses with a scheme are left out.
    static func targets(in page: TextFile) -> [(target: String, line: Int)] {
        var targets: [(target: String, line: Int)] = []
        for (index, line) in self.prose(of: page) {
            var texts = line.ranges(of: "](").map { line[$0.upperBound...].prefix { $0 != ")" } }
            if line.hasPrefix("["), let definition = line.firstRange(of: "]: ") {
                texts.append(line[definition.upperBound...])
            }
            for text in texts {
                guard let target = text.split(separator: " ").first, !self.hasScheme(target) else { continue }
                targets.append((String(target), index + 1))
            }
        }
        return targets
    }

    private static func hasScheme(_ target: Substring) -> Bool {
        target.contains("://") || target.hasPrefix("mailto:")
    }

    /// Lines that are not code, with code in the line cut out.
    private static func prose(of page: TextFile) -> [(index: Int, line: String)] {
        var isCode = false
        return page.lines.enumerated().compactMap { index, line in
            if line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~") {
                isCode.toggle()
                return nil
            }
            guard !isCode else { return nil }
            let pieces = line.split(separator: "`", omittingEmptySubsequences: false)
            return (index, pieces.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined())
        }
    }

    private static func resolve(_ target: String, from folder: String) -> String? {
        guard !target.hasPrefix("/") else { return nil }
        var components = folder.split(separator: "/")
        for part in target.split(separator: "/") where part != "." {
            if part != ".." {
                components.append(part)
            } else if components.popLast() == nil {
                return nil
            }
        }
        return components.joined(separator: "/")
    }

    /// The anchors that a page's headings get: lower case, blanks as hyphens, without other marks.
    private static func anchors(of page: TextFile) -> Set<String> {
        var isCode = false
        var anchors: Set<String> = []
        for line in page.lines {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { continue }
            let title = line.drop { $0 == "#" }.trimmed.lowercased()
            anchors.insert(
                String(title.map { $0 == " " ? "-" : $0 }.filter { $0.isLetter || $0.isNumber || "-_".contains($0) }))
        }
        return anchors
    }
}
