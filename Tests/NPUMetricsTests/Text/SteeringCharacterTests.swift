import NPUMetrics
import Testing

@Suite("Characters that steer a terminal")
struct SteeringCharacterTests {
  private static let scalars = (0...UInt32(0x3000)).compactMap(Unicode.Scalar.init)

  @Test("are the same ones wherever a text is made fit to be shown")
  func oneList() {
    for scalar in Self.scalars {
      let text = "a\(Character(scalar))"
      let isLayout = scalar == "\n" || scalar == "\t"
      guard scalar.isSteering else {
        #expect(text.withEscapedControls == text && text.withoutSteering == text, "\(scalar.value)")
        continue
      }
      #expect(text.withEscapedControls == "a\\u{\(String(scalar.value, radix: 16, uppercase: true))}")
      #expect(text.withoutSteering == (isLayout ? text : "a "))
    }
  }

  @Test("are all control characters, separators of lines, and marks of direction")
  func categories() {
    for scalar in Self.scalars {
      let isExpected =
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        || [0x61C, 0x200E, 0x200F].contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
      #expect(scalar.isSteering == isExpected, "\(scalar.value)")
    }
  }
}
