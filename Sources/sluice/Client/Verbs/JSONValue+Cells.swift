import ReleaseModel
import StrictJSON

// Members of an answer as cells of a table; what is not there is an empty cell.
extension JSONValue {
    func text(_ member: String) -> String {
        switch self[member] {
        case .string(let text)?: text
        case .integer(let number)?: String(number)
        case .bool(let flag)?: flag ? "yes" : "no"
        case .array(let elements)?: elements.compactMap(\.stringValue).joined(separator: ", ")
        case .null?, .double?, .object?, nil: ""
        }
    }

    func moment(_ member: String) -> String {
        self[member]?.integerValue.map { Moment.text(Timestamp(milliseconds: $0)) } ?? ""
    }
}
