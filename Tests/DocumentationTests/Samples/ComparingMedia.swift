// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/ComparingMedia.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleComparingMedia1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ComparingMedia.md", line: 149)


func sees(_ gpu: Service, _ npu: Service) async throws -> VisionComparison {
  var pattern = ChatRequest(model: nil, messages: [])
  pattern.temperature = 0
  return try await VisionComparison.run(
    VisionCase.rendered(60), baseline: ComparedSide(vision: gpu.chat, pattern: pattern),
    candidate: ComparedSide(vision: npu.chat, pattern: pattern))
}
#sourceLocation()
}

func sampleComparingMedia2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ComparingMedia.md", line: 166)


func draws(_ gpu: Service, as npu: Service) async throws -> AccuracyVerdict {
  let pattern = ImageRequest(prompt: nil, steps: 30)
  let comparison = try await ImageComparison.run(
    ImageCase.cases(seeds: 13), baseline: ComparedSide(images: gpu.images, pattern: pattern),
    candidate: ComparedSide(images: npu.images, pattern: pattern))
  print(ComparisonText(comparison.document).console)
  return comparison.verdict
}
#sourceLocation()
}
