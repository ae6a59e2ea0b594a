import Foundation
import NPUTestKit
import Testing

/// A short run of an executable, with everything that it can be told to write.
struct Tool: Sendable, CustomTestStringConvertible {
  var name: String
  /// What makes it print a result soon.
  var arguments: [String]
  /// The flags that name a file to write.
  var outputs: [String] = []
  /// Flags that those need beside them.
  var others: [String: [String]] = [:]

  var testDescription: String { name }

  /// Every executable of the package.
  ///
  /// - Parameter folder: Where the files that they read are.
  /// - Returns: The tools.
  /// - Throws: What keeps the files from being written.
  static func all(in folder: TemporaryFolder) throws -> [Tool] {
    let text = try folder.write("a b c\n", to: "text.txt")
    let pair = try ImagePair(width: 16, height: 16, seed: 1, reach: 3).images
    let (first, second) = (try folder.write(pair.first, to: "a.png"), try folder.write(pair.second, to: "b.png"))
    let chips = try folder.write("NPU ID : 0\nHealth : OK\n", to: "chips.txt")
    let reports = ["--journal", "--npu-log", "--markdown"]
    let recording = try recording(in: folder)
    let package = try package(in: folder)
    let command = ["--npu-command", "cat '\(chips)'"]
    let result = ["--save-result", "--result-dir", "/"]
    return [
      Tool(
        name: "llm-bench", arguments: ["--num-prompts", "2", "--dataset-name", "fixed", "--output-len", "2"],
        outputs: reports + ["--result-filename"],
        others: ["--npu-log": command, "--result-filename": result]),
      Tool(
        name: "image-bench", arguments: ["--num-prompts", "1", "--steps", "1", "--size", "64x64"], outputs: reports,
        others: ["--npu-log": command]),
      Tool(
        name: "audio-bench", arguments: ["--num-prompts", "1", "--audio-seconds", "0.1"], outputs: reports,
        others: ["--npu-log": command]),
      Tool(
        name: "task-bench", arguments: ["--num-prompts", "1", "--steps", "1", "--size", "64x64"], outputs: reports,
        others: ["--npu-log": command]),
      Tool(name: "soak", arguments: ["--requests", "2"], outputs: reports, others: ["--npu-log": command]),
      Tool(name: "llm-check", arguments: ["--only", "health.ready"], outputs: ["--junit", "--markdown"]),
      Tool(name: "image-check", arguments: ["--only", "image.error.status"], outputs: ["--junit", "--markdown"]),
      Tool(
        name: "audio-check", arguments: ["--suite", "speech", "--only", "tts.wav"], outputs: ["--junit", "--markdown"]),
      Tool(name: "image-compare", arguments: [first, second], outputs: ["--heatmap"]),
      Tool(
        name: "audio-compare", arguments: ["--against", recording, "--candidate-recording", recording],
        outputs: ["--junit", "--markdown"]),
      Tool(name: "text-compare", arguments: [text, text]),
      Tool(name: "npu-plan", arguments: ["--model", "Qwen2-7B"]),
      Tool(name: "modelarts-check", arguments: ["package", package]),
      Tool(name: "npu-watch", arguments: command + ["--count", "1"], outputs: ["--csv", "--log"]),
      Tool(name: "npu-simulator", arguments: ["--port", "0"]),
      Tool(name: "npu-smi-simulator", arguments: ["--cards", "1", "info"]),
    ]
  }

  /// A recording of one transcription, which equals itself.
  private static func recording(in folder: TemporaryFolder) throws -> String {
    let manifest = RecordingManifest(
      kind: .transcription, service: "http://a", model: nil, parameters: JSONValue.object([:]))
    let writer = try RecordingWriter(folder: folder.file("recording"), manifest: manifest)
    let asked = TranscriptionCase(id: "a.wav", audio: [1], reference: "a b c")
    if !writer.contains("a.wav") {
      try writer.append(
        RecordedCase(
          id: asked.id, request: asked.request, response: RecordedResponse(text: "a b c"), in: writer.manifest))
    }
    return folder.file("recording")
  }

  /// A model package that keeps every rule.
  private static func package(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("package/model")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = try folder.write("", to: "package/model/customize_service.py")
    try ModelConfiguration(algorithm: "a", type: .pyTorch).write(to: path + "/config.json")
    return folder.file("package")
  }

  /// The names of all.
  static let names = [
    "llm-bench", "image-bench", "audio-bench", "task-bench", "soak", "llm-check", "image-check", "audio-check",
    "image-compare", "audio-compare", "text-compare", "modelarts-check", "npu-plan", "npu-watch", "npu-simulator",
    "npu-smi-simulator",
  ]

  /// The names of those that write files.
  static let writers = names.filter {
    !["modelarts-check", "npu-plan", "text-compare", "npu-simulator", "npu-smi-simulator"].contains($0)
  }

  /// One of them.
  static func named(_ name: String, in folder: TemporaryFolder) throws -> Tool {
    try #require(try all(in: folder).first { $0.name == name })
  }

  /// The arguments with an output.
  func arguments(writing flag: String, to path: String) -> [String] {
    arguments + (others[flag] ?? []) + [flag, path]
  }
}
