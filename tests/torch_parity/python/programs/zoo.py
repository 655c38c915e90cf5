"""AlexNet and ResNet-18 with torchvision's parameter names: make, run, save, load.

    zoo.py write FOLDER   seeded weights: state dicts and a module, in the zip and the legacy format, with their outputs
zoo.py read FOLDER    loads each of them and saves its output as read_*.npy
"""

import sys

import numpy as np
import torch
from torch import nn

FORMATS = {"zip": True, "legacy": False}


class AlexNet(nn.Module):
    def __init__(self, num_classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(192, 384, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class BasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or inplanes != planes:
            self.downsample = nn.Sequential(nn.Conv2d(inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(out + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    def __init__(self, num_classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1, self.layer2 = self._layer(64, 64, 1), self._layer(64, 128, 2)
        self.layer3, self.layer4 = self._layer(128, 256, 2), self._layer(256, 512, 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)

    @staticmethod
    def _layer(inplanes, planes, stride):
        return nn.Sequential(BasicBlock(inplanes, planes, stride), BasicBlock(planes, planes, 1))

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


MODELS = {"alexnet": AlexNet, "resnet18": ResNet18}


def image():
    return torch.linspace(-2, 2, 2 * 3 * 96 * 96).sin().reshape(2, 3, 96, 96)


def output(model):
    with torch.no_grad():
        return model.eval()(image()).numpy()


def write(folder):
    for name, build in MODELS.items():
        torch.manual_seed(0)
        model = build()
        model(image())  # moves the statistics of batch norm
        np.save(f"{folder}/{name}.npy", output(model))
        for form, zipped in FORMATS.items():
            torch.save(model.state_dict(), f"{folder}/{name}.{form}", _use_new_zipfile_serialization=zipped)
            if name == "resnet18":
                torch.save(model, f"{folder}/module.{form}", _use_new_zipfile_serialization=zipped)


def read(folder):
    for form in FORMATS:
        for name, build in MODELS.items():
            model = build()
            assert (
                str(model.load_state_dict(torch.load(f"{folder}/{name}.{form}"))) == "<All keys matched successfully>"
            )
            np.save(f"{folder}/read_{name}_{form}.npy", output(model))
        np.save(f"{folder}/read_module_{form}.npy", output(torch.load(f"{folder}/module.{form}", weights_only=False)))
        try:
            torch.load(f"{folder}/module.{form}")
        except torch.serialization.pickle.UnpicklingError as e:
            print(e)


if __name__ == "__main__":
    sys.modules["zoo"] = sys.modules["__main__"]  # what is pickled from here is found by readers, too
    for kind in (AlexNet, ResNet18, BasicBlock):
        kind.__module__ = "zoo"
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
