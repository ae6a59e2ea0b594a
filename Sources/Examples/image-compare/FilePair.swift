import NPUBase
import NPUMetrics
import NPUTestKit
import ToolSupport

/// Two files that are compared.
struct FilePair {
  let baseline: String
  let candidate: String

  /// Prints what is said of one file.
  static func describe(_ path: String, json: Bool) throws {
    let description = ImageDescription(try ImageFile(path).image)
    try Console.line(json ? try Console.json(description) : description.text)
  }

  /// Prints how like both are, and paints where they differ.
  func compare(heatmap: String?, json: Bool) throws {
    if let heatmap, let file = FileIdentity(heatmap),
      [baseline, candidate].contains(where: { FileIdentity($0) == file })
    {
      throw Failure(
        kind: "unwritable_file",
        message: "--heatmap would write over \(heatmap), which is one of the images; name another file.")
    }
    let file = try heatmap.map(ImageFile.output)
    let first = try ImageFile(baseline).image.pixels.rgb
    let second = try ImageFile(candidate).image.pixels.rgb
    let scores = try Failure.wrapping { try ImageScores(first, second) }
    if let file {
      let image = try Failure.wrapping { try ComparisonSheet.heatMap(first, second).pngEncoded() }
      try ImageFile.write(image, to: file)
    }
    try Console.line(json ? try Console.json(scores) : scores.text)
  }
}
