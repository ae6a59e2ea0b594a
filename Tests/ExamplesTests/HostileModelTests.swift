import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("A service that names its model as it likes")
struct HostileModelTests {
  private static let key = "sk-very-secret"
  private static let hostile = "\u{1B}]52;c;YQ==\u{7}\u{202E}\(key)" + String(repeating: "m", count: 5000)

  private func expectHarmless(_ text: String, _ place: String) {
    let steers = text.unicodeScalars.contains { scalar in
      scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(!steers, "\(place)")
    #expect(!text.contains("very-secret"), "\(place)")
    #expect(!text.contains(String(repeating: "m", count: 1000)), "\(place)")
  }

  @Test("steers no terminal and has no key shown, by name of a file either; it is asked for by its name")
  func chosen() async throws {
    let folder = try TemporaryFolder()
    let behaviour = Bench.behaviour.with { $0.models = [Self.hostile] }
    let ending = try await Bench.run(
      [
        "--api-key", Self.key, "--journal", folder.file("j"), "--save-result", "--result-dir", folder.file("results"),
        "--markdown", folder.file("m"),
      ], behaviour)
    #expect(ending.status == 0, "\(ending.errors.prefix(500))")
    #expect(Bench.value("completed", ending) != "0")
    expectHarmless(ending.output, "standard output")
    expectHarmless(ending.errors, "standard error")
    expectHarmless(try folder.text("j"), "journal")
    expectHarmless(try folder.text("m"), "Markdown")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("results"))
    let file = try #require(files.first)
    expectHarmless(file, "name")
    expectHarmless(try folder.text("results/\(file)"), "result file")
  }

  @Test("steers no terminal from the warning that another one is not listed")
  func warned() async throws {
    let behaviour = Bench.behaviour.with { $0.models = [Self.hostile] }
    let ending = try await Bench.run(["--api-key", Self.key, "--model", "another"], behaviour)
    #expect(ending.errors.contains("Warning: The service does not list a model \"another\"; it lists  ]52;c;YQ=="))
    expectHarmless(ending.output, "standard output")
    expectHarmless(ending.errors, "standard error")
  }

  @Test("Notes steer no terminal, whatever is in them")
  func notes() async throws {
    let folder = try TemporaryFolder()
    let ending = try await Bench.run(["--markdown", folder.file("a\u{1B}[2Jb")])
    #expect(ending.status == 0)
    #expect(ending.errors.contains("Report: \(folder.file("a [2Jb"))"), "\(ending.errors)")
  }
}
