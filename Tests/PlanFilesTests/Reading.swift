import PlanFiles
import StageControl
import StrictJSON
import Testing

/// The document in a text.
func source(_ text: String, _ format: PlanFile.Format = .yaml) throws -> PlanSource {
    try PlanFile.source(of: Array(text.utf8), format)
}

/// What is wrong with a text, one fault a line.
func faults(_ bytes: [UInt8], _ format: PlanFile.Format = .yaml) -> [String] {
    do throws(PlanFileFaults) {
        _ = try PlanFile.source(of: bytes, format)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

func faults(_ text: String, _ format: PlanFile.Format = .yaml) -> [String] { faults(Array(text.utf8), format) }
