import ReleaseModel
import StrictJSON
import Testing

@Suite("The words of the release model")
struct VocabularyTests {
    private func names<T: RawRepresentable & CaseIterable>(_ type: T.Type) -> [String] where T.RawValue == String {
        T.allCases.map(\.rawValue)
    }

    @Test("are written alike, and never twice in one list")
    func spelling() {
        let lists = [
            self.names(Intent.self), self.names(Population.self), self.names(Modality.self), self.names(Exposure.self),
            self.names(EntitlementKind.self), self.names(Role.self), self.names(Audience.self),
            self.names(ComponentKind.self), self.names(ComponentCategory.self), self.names(Model.Visibility.self),
            GuardedField.allCases.map(\.name),
        ]
        for list in lists {
            #expect(Set(list).count == list.count)
            for word in list {
                #expect(word.unicodeScalars.allSatisfy { $0 == "_" || ("a"..."z").contains($0) }, "\(word)")
            }
        }
    }

    @Test("have a bit of its own for each guarded field")
    func guardedFields() {
        #expect(GuardedField.allCases.map(\.rawValue) == Array(0..<UInt8(GuardedField.allCases.count)))
        for field in GuardedField.allCases {
            #expect(GuardedFields(field).fields == [field])
        }
        let all = GuardedField.allCases.reduce(into: GuardedFields()) { $0.insert(GuardedFields($1)) }
        #expect(all.fields == GuardedField.allCases)
        #expect(GuardedFields().fields.isEmpty)
    }

    @Test("put each of the 17 kinds of component into a category")
    func components() {
        #expect(ComponentKind.allCases.count == 17)
        #expect(ComponentKind.allCases.allSatisfy { !$0.categories.isEmpty })
    }

    @Test("leave out of a grant what need not be said")
    func grantDefaults() throws {
        let text =
            #"{"exposure":"real","intent":"operational","modalities":["api"],"model":"mdl_00000000000000000000000001","#
            + #""population":"cohort","subject":"app_00000000000000000000000002"}"#
        let grant = try JSONValue(parsing: Array(text.utf8)).decoded(as: GrantTerms.self)
        #expect(grant == GrantTerms(subject: .application(ApplicationID(bits: 2)), model: ModelID(bits: 1)))
    }
}
