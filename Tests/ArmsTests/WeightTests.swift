import Arms
import Foundation
import SluiceTesting
import Testing

@Suite("A weight")
struct WeightTests {
    @Test("is exact for every percentage of four decimals, as text and as a number")
    func exact() throws {
        for millionths in stride(from: 0, through: Weight.whole, by: 37) {
            let text = String(format: "%d.%04d", millionths / 10_000, millionths % 10_000)
            let number = try #require(Double(text))
            #expect(try Weight(percent: text).millionths == millionths)
            #expect(try Weight(percent: number).millionths == millionths)
            let weight = try Weight(millionths: millionths)
            #expect(try Weight(percent: String(weight.description.dropLast(2))) == weight)
        }
    }

    @Test(
        "is written as people write it",
        arguments: [
            ("0", 0), ("1", 10_000), ("12.5", 125_000), ("0.0001", 1), ("100", 1_000_000), ("100.0000", 1_000_000),
            ("99.9999", 999_999), ("5.10", 51_000),
        ])
    func texts(text: String, millionths: Int) throws {
        #expect(try Weight(percent: text).millionths == millionths)
    }

    @Test(
        "is refused where it would have to be guessed or rounded",
        arguments: [
            ("", "weight_not_a_number"), (".", "weight_not_a_number"), ("5.", "weight_not_a_number"),
            (".5", "weight_not_a_number"), ("-1", "weight_not_a_number"), ("+1", "weight_not_a_number"),
            ("1e1", "weight_not_a_number"), (" 1", "weight_not_a_number"), ("1 %", "weight_not_a_number"),
            ("1,5", "weight_not_a_number"), ("1.2.3", "weight_not_a_number"), ("01", "weight_not_a_number"),
            ("\u{661}", "weight_not_a_number"), ("0.00001", "weight_too_fine"), ("1.00000", "weight_too_fine"),
            ("100.0001", "weight_out_of_range"), ("101", "weight_out_of_range"),
            ("99999999999999999999999", "weight_out_of_range"),
        ])
    func refusedTexts(text: String, code: String) {
        #expect(#expect(throws: WeightFault.self) { try Weight(percent: text) }?.code == code)
    }

    @Test(
        "is refused as a number too",
        arguments: [
            (-0.0001, "weight_out_of_range"), (100.0001, "weight_out_of_range"), (.nan, "weight_out_of_range"),
            (.infinity, "weight_out_of_range"), (0.00005, "weight_too_fine"), (1.0 / 3, "weight_too_fine"),
            (12.50001, "weight_too_fine"), (0.1 + 0.2, "weight_too_fine"),
        ] as [(Double, String)])
    func refusedNumbers(percent: Double, code: String) {
        #expect(#expect(throws: WeightFault.self) { try Weight(percent: percent) }?.code == code)
    }

    @Test("is from nothing to the whole", arguments: [-1, 1_000_001, .min, .max])
    func range(millionths: Int) {
        #expect(#expect(throws: WeightFault.self) { try Weight(millionths: millionths) }?.code == "weight_out_of_range")
    }

    @Test("is whole millionths in JSON, and nothing else")
    func coding() throws {
        let weight = try Weight(percent: 12.5)
        #expect(String(decoding: try JSONEncoder().encode(weight), as: UTF8.self) == "125000")
        #expect(try JSONDecoder().decode(Weight.self, from: Data("125000".utf8)) == weight)
        for text in ["-1", "1000001", "12.5", "\"1\""] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Weight.self, from: Data(text.utf8)) }
        }
    }

    @Test("says its percentage and nothing that is not needed")
    func description() throws {
        #expect(try Weight(percent: 12.5).description == "12.5 %")
        #expect(try Weight(percent: 0.0001).description == "0.0001 %")
        #expect(Weight.all.description == "100 %")
    }
}
