import Testing

@testable import NPUMetrics

@Suite("Compatibility normalisation")
struct CompatibilityFormsTests {
  /// FNV-1a over what Python 3.11's `unicodedata.normalize` (Unicode 14.0) gives for every assigned scalar.
  ///
  /// Each scalar stands alone, or between a letter and two marks that must change places and may compose; private use
  /// is left out. Every scalar of a result is hashed as one step, and 0xFFFFFFFF ends it.
  @Test(
    "Every scalar is normalised as Python does",
    arguments: [
      ("NFKD", "", "", 0xEE7FA01CA914D93A as UInt64), ("NFKC", "", "", 0x2A3793E4C8CF4D5E),
      ("NFKD", "e", "\u{301}\u{323}", 0x6C4E340ACA9BE774), ("NFKC", "e", "\u{301}\u{323}", 0x66429C893440BCED),
    ])
  func allScalars(_ form: String, _ before: String, _ after: String, _ expected: UInt64) {
    let head = ScalarText.scalars(of: before)
    let tail = ScalarText.scalars(of: after)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in 0..<UInt32(0xE0200) {
      guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age, age.major <= 14,
        scalar.properties.generalCategory != .unassigned, scalar.properties.generalCategory != .privateUse
      else { continue }
      let text = head + [value] + tail
      let forms = CompatibilityForms.shared
      for other in form == "NFKD" ? forms.decomposed(text) : forms.composed(text) {
        hash = (hash ^ UInt64(other)) &* 0x0000_0100_0000_01B3
      }
      hash = (hash ^ 0xFFFF_FFFF) &* 0x0000_0100_0000_01B3
    }
    #expect(hash == expected)
  }

  @Test("Normalising twice changes nothing more, and both forms agree")
  func idempotent() {
    var random = RandomTokens(seed: 31)
    let forms = CompatibilityForms.shared
    for _ in 0..<300 {
      let text = ScalarText.scalars(of: random.text(random.integer(0...60)))
      let decomposed = forms.decomposed(text)
      let composed = forms.composed(text)
      #expect(forms.decomposed(decomposed) == decomposed)
      #expect(forms.composed(composed) == composed)
      #expect(forms.composed(decomposed) == composed)
      #expect(forms.decomposed(composed) == decomposed)
    }
  }

  @Test("A long run of marks is ordered in good time")
  func manyMarks() {
    let text = [0x65] + (0..<40_000).map { UInt32($0 % 2 == 0 ? 0x301 : 0x323) }
    let ordered = CompatibilityForms.shared.decomposed(text)
    #expect(ordered[1..<20_001].allSatisfy { $0 == 0x323 })
    #expect(ordered[20_001...].allSatisfy { $0 == 0x301 })
  }
}
