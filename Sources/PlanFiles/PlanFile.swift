public import StageControl
import StrictJSON

/// The files that people keep plans in: YAML, or JSON.
///
/// A plan is approved by what it means, so a file must mean one thing to whoever reads it. Only a strict part of YAML
/// is taken: one document, keys once, no anchors, aliases or tags. A plain scalar becomes
///
/// - `true` and `false`: a flag; `null`, `~` and nothing: null, which says nothing;
/// - what JSON writes as a number (`5`, `-1`, `0.05`, `1e3`, `1.0e-4`): a number;
/// - everything else a text: `no`, `on`, `True`, `09:00`, `2026-08-20`, `45d`, and what only looks like a number:
///   `010`, `0x1F`, `1_000`, `+1`, `.5`, `.inf`.
///
/// What is quoted, or written as a block behind `|` or `>`, is text always.
public enum PlanFile {
    /// The most bytes of a file: 256 KiB. A plan of 64 stages has a tenth of it.
    public static let maximumBytes = 256 * 1_024
    /// Objects and lists inside each other, at the most. A plan has seven.
    public static let maximumDepth = 32

    /// How a file is written.
    public enum Format: String, CaseIterable, Hashable, Sendable {
        case yaml
        case json

        /// The format of a file: by the ending of its name, else JSON if it begins with a brace.
        public init(of name: String, _ bytes: [UInt8]) {
            let blanks = [UInt8](" \t\r\n".utf8)
            let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            let isBraced = bytes.first { !blanks.contains($0) } == UInt8(ascii: "{")
            self = name.hasSuffix(".json") || (!isYAML && isBraced) ? .json : .yaml
        }
    }

    /// The document in a file, and in which line everything stands.
    ///
    /// Throws what keeps it from being read; of a syntax error only the first, since what follows it means nothing.
    public static func source(of bytes: [UInt8], _ format: Format = .yaml) throws(PlanFileFaults) -> PlanSource {
        let text = try SourceText(bytes)
        switch format {
        case .json: return try JSONReading.source(of: bytes, text)
        case .yaml: return try YAMLReading.source(of: text)
        }
    }
}
