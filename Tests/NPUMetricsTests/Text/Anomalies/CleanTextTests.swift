import Foundation
import NPUMetrics
import Testing

/// False alarms over clean text: fewer than one in 10,000 texts.
@Suite("Clean texts")
struct CleanTextTests {
  /// How many installed texts are looked at: a thousand, or so many as are asked for.
  private static let installed =
    ProcessInfo.processInfo.environment["NPUTESTKIT_CLEAN_TEXTS"].flatMap { Int($0) } ?? 1000

  private static func alarms(_ texts: [CleanText]) -> [String] {
    texts.flatMap { text in
      var detector = TextAnomalyDetector(prompt: PromptTraits(text.prompt))
      detector.feed(text.text)
      return detector.finish().anomalies.map { "\(text.source): \($0.kind.rawValue) \($0.detail)" }
    }
  }

  @Test("Prose of ten languages, code, tables, lists and verse that are made here raise none")
  func made() {
    let alarms = Self.alarms(MadeTexts.make(1000, seed: 1))
    #expect(alarms.isEmpty, "\(alarms.prefix(10))")
  }

  @Test(
    "Documents, messages and programs that are installed raise fewer than one in 10,000",
    .enabled(if: InstalledTexts.exist, "there is no /usr/share/doc here"))
  func found() {
    let texts = InstalledTexts.read(Self.installed)
    let alarms = Self.alarms(texts)
    print("clean texts: \(alarms.count) alarms in \(texts.count)")
    #expect(alarms.count <= texts.count / 10_000, "\(alarms.prefix(20))")
  }
}
